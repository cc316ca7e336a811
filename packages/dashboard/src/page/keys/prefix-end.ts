const LAST = 0x10ffff;
/** These are no characters, so no key has them. */
const SURROGATES_FIRST = 0xd800;
const SURROGATES_LAST = 0xdfff;

/**
 * The first text, in the order of their UTF-8, that is behind everything that begins with `prefix`; undefined where
 * there is none. Bytes of UTF-8 are ordered as the characters are.
 */
export function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === LAST) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  const next = last + 1 >= SURROGATES_FIRST && last + 1 <= SURROGATES_LAST ? SURROGATES_LAST + 1 : last + 1;
  return String.fromCodePoint(...points, next);
}

/** The first key behind `key`. */
export function keyBehind(key: string): string {
  return `${key}\0`;
}
