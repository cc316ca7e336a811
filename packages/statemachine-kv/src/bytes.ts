import { KEY_BYTES_MAX } from "./limits.ts";

/**
 * Inside the store a key is a string with one character per byte ("binary string"): V8 keeps it in one byte per
 * character, and `<` on such strings is the order of the bytes, which is the order of the keys. (UTF-16 text would
 * not do: its order is not that of UTF-8 for characters outside the basic plane.)
 */
export type Key = string;

/** Throws a `TypeError` where `bytes` are too many for a key. */
export function keyOf(bytes: Uint8Array): Key {
  if (bytes.length > KEY_BYTES_MAX) {
    throw new TypeError(`a key has ${bytes.length} bytes, but at most ${KEY_BYTES_MAX} are allowed`);
  }
  // `String.fromCharCode(...bytes)`, but seven times as fast.
  return String(Reflect.apply(String.fromCharCode, undefined, bytes));
}

export function bytesOf(key: Key): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let i = 0; i < key.length; i++) bytes[i] = key.charCodeAt(i);
  return bytes;
}

/** The first key behind all that begin with `prefix`; undefined where every later key begins with it. */
export function prefixEnd(prefix: Key): Key | undefined {
  let length = prefix.length;
  while (length > 0 && prefix.charCodeAt(length - 1) === 0xff) length--;
  if (length === 0) return undefined;
  return prefix.slice(0, length - 1) + String.fromCharCode(prefix.charCodeAt(length - 1) + 1);
}

/** Bytewise order: negative, zero or positive as `a` comes before, equals or comes after `b`. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
