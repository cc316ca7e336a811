import { show } from "./show.ts";

/** What differs first, and where: `entries, number 3, term: 2 instead of 1`; undefined where nothing does. */
export function findDifference(actual: unknown, expected: unknown, where: string): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) return inBytes(actual, expected, where);
  if (actual instanceof Map && expected instanceof Map) return inLists([...actual], [...expected], where);
  if (actual instanceof Set && expected instanceof Set) return inLists([...actual], [...expected], where);
  if (Array.isArray(actual) && Array.isArray(expected)) return inLists(actual, expected, where);
  if (!isObject(actual) || !isObject(expected)) return `${where}: ${show(actual)} instead of ${show(expected)}`;
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  for (const name of names) {
    const difference = findDifference(actual[name], expected[name], `${where}, ${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function inBytes(actual: Uint8Array, expected: Uint8Array, where: string): string | undefined {
  if (actual.length !== expected.length) return `${where}: ${show(actual)} instead of ${show(expected)}`;
  // A loop, because this is where suites spend their time.
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at += 1;
  if (at === actual.length) return undefined;
  return `${where}: byte ${at} is ${actual[at]} instead of ${expected[at]}, in ${show(actual)}`;
}

function inLists(actual: readonly unknown[], expected: readonly unknown[], where: string): string | undefined {
  const shared = Math.min(actual.length, expected.length);
  const count = `${where}: ${actual.length === 1 ? "1 entry" : `${actual.length} entries`} instead of ${expected.length}`;
  const isLong = actual.length === expected.length;
  for (let at = 0; at < shared; at += 1) {
    const place = `number ${at}`;
    const difference = findDifference(actual[at], expected[at], isLong ? `${where}, ${place}` : place);
    if (difference !== undefined) return isLong ? difference : `${count}: ${difference}`;
  }
  if (isLong) return undefined;
  if (actual.length > shared) return `${count}: number ${shared} is too many: ${show(actual[shared])}`;
  return `${count}: number ${shared} is missing: ${show(expected[shared])}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
