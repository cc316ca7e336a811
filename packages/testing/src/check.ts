import { RaftError, type RaftErrorCode } from "@quorate/raft-core";

/** What a compliance case throws when the subject does not keep its contract. */
export class CheckError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CheckError";
  }
}

export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CheckError(message);
}

/** Deep equality by value: bytes by their content whatever their class, objects by their own defined properties. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const difference = findDifference(actual, expected, what);
  if (difference !== undefined) throw new CheckError(difference);
}

/** `outcome` must reject with a `RaftError` of this code, or with a `TypeError`. */
export async function rejectsWith(
  outcome: Promise<unknown>,
  expected: RaftErrorCode | "TypeError",
  what: string,
): Promise<void> {
  let seen: string;
  try {
    await outcome;
    seen = "it resolved";
  } catch (error) {
    if (expected === "TypeError" ? error instanceof TypeError : codeOf(error) === expected) return;
    seen = `it rejected with ${String(error)}`;
  }
  throw new CheckError(`${what} must reject with ${expected}, but ${seen}`);
}

function codeOf(error: unknown): RaftErrorCode | undefined {
  return error instanceof RaftError ? error.code : undefined;
}

/** What differs first, and where; undefined where nothing does. */
function findDifference(actual: unknown, expected: unknown, path: string): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) {
    if (actual.length !== expected.length) return `${path}: ${actual.length} bytes instead of ${expected.length}`;
    // A loop, because this is where suites spend their time.
    let at = 0;
    while (at < actual.length && actual[at] === expected[at]) at += 1;
    return at === actual.length ? undefined : `${path}: byte ${at} is ${actual[at]} instead of ${expected[at]}`;
  }
  if (actual instanceof Map && expected instanceof Map) return findDifference([...actual], [...expected], path);
  if (actual instanceof Set && expected instanceof Set) return findDifference([...actual], [...expected], path);
  if (!isObject(actual) || !isObject(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${path}: ${show(actual)} instead of ${show(expected)}`;
  }
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  for (const name of names) {
    const difference = findDifference(actual[name], expected[name], `${path}.${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function show(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? typeof value);
}
