/** `next`, or `before` if the two are equal: plain data is the same object for as long as it does not change. */
export function keep<T>(before: T | undefined, next: T): T {
  return before !== undefined && areEqual(before, next) ? before : next;
}

/** As `keep`, field by field: whatever of an object is what it was before is the same object. */
export function keepFields<T extends object>(before: T | undefined, next: T): T {
  if (before === undefined) return next;
  const kept = Object.fromEntries(
    Object.entries(next).map(([name, value]: [string, unknown]) => [name, keep(Reflect.get(before, name), value)]),
  ) as T;
  const isSame = Object.entries(kept).every(([name, value]) => Object.is(value, Reflect.get(before, name)));
  return isSame ? before : kept;
}

function areEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [of, than] = [Object.entries(a), Object.entries(b)];
  return of.length === than.length && of.every(([name, value]) => areEqual(value, Reflect.get(b, name)));
}
