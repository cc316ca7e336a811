import type { Compare, KeyRange, Operation } from "@quorate/statemachine-kv";

const encoder = new TextEncoder();

/** Text stands for its UTF-8. */
export type Bytes = Uint8Array | string;

export function bytesOf(given: Bytes): Uint8Array {
  return typeof given === "string" ? encoder.encode(given) : given;
}

/** Keys that begin with `prefix`, or from `start` (inclusive) to `end` (exclusive). `{}` is all keys. */
export type RangeOf =
  | { readonly prefix: Bytes }
  | { readonly start?: Bytes | undefined; readonly end?: Bytes | undefined };

export function keyRangeOf(range: RangeOf): KeyRange {
  if ("prefix" in range) return { prefix: bytesOf(range.prefix) };
  const { start, end } = range;
  return {
    ...(start === undefined ? {} : { start: bytesOf(start) }),
    ...(end === undefined ? {} : { end: bytesOf(end) }),
  };
}

/** `T` with text allowed wherever it has bytes. */
export type WithText<T> = T extends Uint8Array
  ? Bytes
  : T extends object
    ? { readonly [K in keyof T]: WithText<T[K]> }
    : T;

/** See statemachine-kv's `Compare` and `Operation`. */
export type TxnCompare = WithText<Compare>;
export type TxnOperation = WithText<Operation>;

export function compareOf(given: TxnCompare): Compare {
  const key = bytesOf(given.key);
  return given.target === "value" ? { ...given, key, value: bytesOf(given.value) } : { ...given, key };
}

export function operationOf(given: TxnOperation): Operation {
  switch (given.type) {
    case "put":
      return { ...given, key: bytesOf(given.key), value: bytesOf(given.value) };
    case "get":
    case "delete":
      return { ...given, key: bytesOf(given.key) };
    case "delete-range":
    case "range":
      return { ...given, range: keyRangeOf(given.range) };
  }
}
