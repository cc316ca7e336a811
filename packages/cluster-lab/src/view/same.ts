/**
 * `next` with whatever of it is equal to what it was before replaced by that; `before` itself where nothing has changed.
 * Plain data is the same object for as long as it does not change. Changes `next`, which nobody else may have seen.
 */
export function keepFields<T extends object>(before: T | undefined, next: T): T {
  if (before === undefined) return next;
  let isSame = true;
  for (const name of Object.keys(next)) {
    const [was, is]: unknown[] = [Reflect.get(before, name), Reflect.get(next, name)];
    if (Object.is(was, is)) continue;
    if (areEqual(was, is)) Reflect.set(next, name, was);
    else isSame = false;
  }
  return isSame ? before : next;
}

function areEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => areEqual(Reflect.get(a, name), Reflect.get(b, name)));
}
