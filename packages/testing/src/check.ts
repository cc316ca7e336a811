import { RaftError, type RaftErrorCode } from "@quorate/raft-core";
import { findDifference } from "./difference.ts";

/** What a compliance case throws when the subject does not keep its contract. */
export class CheckError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
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

/**
 * What `body` gives. An error that is not a check's own is the subject's, where none may come: it is told with what was
 * being done, and is the cause of what is thrown.
 */
export async function during<T>(what: string, body: () => T | PromiseLike<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof CheckError) throw error;
    throw new CheckError(`${what} threw ${String(error)}${placeOf(error)}`, { cause: error });
  }
}

/** ` at Log.append (log.ts:7:11)`, where the engine tells. */
function placeOf(error: unknown): string {
  const frame = error instanceof Error ? /^\s+(at .+)$/m.exec(error.stack ?? "")?.[1] : undefined;
  return frame === undefined ? "" : ` ${frame}`;
}
