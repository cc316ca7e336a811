import type { KeyRange, KeyValue, RangeSlice } from "./key-value.ts";

export interface Put {
  readonly type: "put";
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface Delete {
  readonly type: "delete";
  readonly key: Uint8Array;
}

export interface DeleteRange {
  readonly type: "delete-range";
  readonly range: KeyRange;
}

export interface Get {
  readonly type: "get";
  readonly key: Uint8Array;
}

/** Answers at most `limit` keys and about a megabyte. */
export interface RangeOperation {
  readonly type: "range";
  readonly range: KeyRange;
  readonly limit?: number;
  readonly keysOnly?: boolean;
}

export type Operation = Put | Delete | DeleteRange | Get | RangeOperation;

export type CompareOperator = "=" | "!=" | "<" | ">";

/**
 * A statement about a key: `[its target] [operator] [value]`. A key that does not exist has version and revisions 0,
 * and no value: every statement about its value is false, `!=` included (as in etcd).
 */
export type Compare =
  | {
      readonly target: "value";
      readonly key: Uint8Array;
      readonly operator: CompareOperator;
      readonly value: Uint8Array;
    }
  | {
      readonly target: "version" | "createRevision" | "modRevision";
      readonly key: Uint8Array;
      readonly operator: CompareOperator;
      readonly value: number;
    };

/**
 * If every compare holds, `success` is executed, else `failure`: in order, each operation seeing those before it, all
 * at one revision. Inside one branch no key may be put twice, nor put and deleted.
 */
export interface Txn {
  readonly type: "txn";
  readonly compares: readonly Compare[];
  readonly success: readonly Operation[];
  readonly failure: readonly Operation[];
}

/** What changes the store. Encode it with `encodeCommand`. */
export type Command = Put | Delete | DeleteRange | Txn;

export type OperationResult =
  | { readonly type: "put" }
  | { readonly type: "delete"; readonly deleted: number }
  | { readonly type: "get"; readonly kv: KeyValue | undefined }
  | ({ readonly type: "range" } & RangeSlice);

/**
 * What a command came to. `revision` is the store's after it: one more than before if the command changed anything,
 * else the same.
 */
export type KvResult =
  | { readonly type: "put"; readonly revision: number }
  | { readonly type: "delete"; readonly revision: number; readonly deleted: number }
  | {
      readonly type: "txn";
      readonly revision: number;
      readonly succeeded: boolean;
      readonly responses: readonly OperationResult[];
    }
  /** The bytes were no command of this version. Nothing changed. */
  | { readonly type: "invalid"; readonly message: string };

/**
 * Puts `value` if the key's `modRevision` is `expectedModRevision`, where 0 is "there is no such key". Where it is not,
 * the result's one response is the `get` of what stands there.
 */
export function compareAndSet(key: Uint8Array, value: Uint8Array, expectedModRevision: number): Txn {
  return {
    type: "txn",
    compares: [{ target: "modRevision", key, operator: "=", value: expectedModRevision }],
    success: [{ type: "put", key, value }],
    failure: [{ type: "get", key }],
  };
}
