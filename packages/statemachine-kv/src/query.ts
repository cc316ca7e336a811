import type { KeyRange, KeyValue, RangeSlice } from "./key-value.ts";

/** What can be asked without changing anything. */
export type KvQuery =
  | {
      readonly type: "get";
      readonly key: Uint8Array;
      /** A value of more bytes is not copied: the answer says `omittedBytes` instead. */
      readonly bytesMax?: number;
    }
  | {
      readonly type: "range";
      readonly range: KeyRange;
      /** At most this many keys. Without it, all: then set `bytesMax`, unless the range is known to be small. */
      readonly limit?: number;
      /** No key after the one with which keys and values together reach this many bytes. */
      readonly bytesMax?: number;
      readonly keysOnly?: boolean;
    }
  | { readonly type: "count"; readonly range: KeyRange };

/** `revision` is the store's at the time of the answer. */
export type KvAnswer =
  | {
      readonly type: "get";
      readonly revision: number;
      readonly kv: KeyValue | undefined;
      /** How large the value is, where that exceeds the query's `bytesMax`; then there is no `kv`. */
      readonly omittedBytes?: number;
    }
  | ({ readonly type: "range"; readonly revision: number } & RangeSlice)
  | { readonly type: "count"; readonly revision: number; readonly count: number };
