import { type Key, keyOf, prefixEnd } from "./bytes.ts";
import type { KeyRange } from "./key-value.ts";

/** A range in the store's terms: from `start` inclusive to `end` exclusive; without `end`, to the last key. */
export interface Bounds {
  readonly start: Key;
  readonly end: Key | undefined;
}

export function boundsOf(range: KeyRange): Bounds {
  if ("prefix" in range) {
    const prefix = keyOf(range.prefix);
    return { start: prefix, end: prefixEnd(prefix) };
  }
  return {
    start: range.start === undefined ? "" : keyOf(range.start),
    end: range.end === undefined ? undefined : keyOf(range.end),
  };
}

export function contains(bounds: Bounds, key: Key): boolean {
  return key >= bounds.start && (bounds.end === undefined || key < bounds.end);
}
