/** A key as it stands in the store. The bytes belong to whoever receives them. */
export interface KeyValue {
  readonly key: Uint8Array;
  /** Empty where only keys were asked for. */
  readonly value: Uint8Array;
  /** The revision at which the key was created, after its last deletion if there was one. */
  readonly createRevision: number;
  /** The revision at which it was last put. */
  readonly modRevision: number;
  /** How many times it has been put since its creation. */
  readonly version: number;
  /** The lease that it hangs on; 0 is none. */
  readonly lease: number;
}

/**
 * A range of keys in bytewise order: those that begin with `prefix`, or those from `start` (inclusive; without it from
 * the first) to `end` (exclusive; without it to the last). `{}` is all keys.
 */
export type KeyRange = { readonly prefix: Uint8Array } | { readonly start?: Uint8Array; readonly end?: Uint8Array };

/** Some keys of a range in order, and whether the range holds more behind them. */
export interface RangeSlice {
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
}
