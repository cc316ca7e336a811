import { compareBytes, keyOf } from "./bytes.ts";
import type { Command, Compare, CompareOperator, KvResult, Operation, OperationResult } from "./command.ts";
import { TXN_GET_BYTES_MAX, TXN_RANGE_BYTES_MAX } from "./limits.ts";
import { boundsOf } from "./range.ts";
import { type Store, keyValueOf } from "./store.ts";

/** Carries out a valid command. Its bytes are copied: they may be part of a buffer that is much larger. */
export function execute(store: Store, command: Command): KvResult {
  switch (command.type) {
    case "put":
      store.put(keyOf(command.key), new Uint8Array(command.value));
      return { type: "put", revision: store.commit() };
    case "delete": {
      const deleted = store.delete(keyOf(command.key));
      return { type: "delete", revision: store.commit(), deleted };
    }
    case "delete-range": {
      const deleted = store.deleteRange(boundsOf(command.range));
      return { type: "delete", revision: store.commit(), deleted };
    }
    case "txn": {
      const succeeded = command.compares.every((compare) => holds(store, compare));
      const operations = succeeded ? command.success : command.failure;
      if (bytesToGet(store, operations) > TXN_GET_BYTES_MAX) return TOO_MUCH;
      const budget = { bytes: TXN_RANGE_BYTES_MAX };
      const responses = operations.map((operation) => perform(store, operation, budget));
      return { type: "txn", revision: store.commit(), succeeded, responses };
    }
  }
}

const TOO_MUCH: KvResult = {
  type: "invalid",
  message: `gets of more than ${TXN_GET_BYTES_MAX} bytes in a transaction`,
};

/** At most what the gets will answer: a key may be put before it is got. */
function bytesToGet(store: Store, operations: readonly Operation[]): number {
  const put = new Map<string, number>();
  let bytes = 0;
  for (const operation of operations) {
    if (operation.type === "put") put.set(keyOf(operation.key), operation.value.length);
    if (operation.type !== "get") continue;
    const key = keyOf(operation.key);
    bytes += Math.max(put.get(key) ?? 0, store.get(key)?.value.length ?? 0);
  }
  return bytes;
}

/** `budget` is what the transaction's ranges may still answer. */
function perform(store: Store, operation: Operation, budget: { bytes: number }): OperationResult {
  switch (operation.type) {
    case "put":
      store.put(keyOf(operation.key), new Uint8Array(operation.value));
      return { type: "put" };
    case "delete":
      return { type: "delete", deleted: store.delete(keyOf(operation.key)) };
    case "delete-range":
      return { type: "delete", deleted: store.deleteRange(boundsOf(operation.range)) };
    case "get": {
      const key = keyOf(operation.key);
      const item = store.get(key);
      return { type: "get", kv: item && keyValueOf(key, item) };
    }
    case "range": {
      const slice = store.slice(boundsOf(operation.range), { ...operation, bytesMax: budget.bytes });
      for (const { key, value } of slice.kvs) budget.bytes -= key.length + value.length;
      return { type: "range", ...slice };
    }
  }
}

function holds(store: Store, compare: Compare): boolean {
  const item = store.get(keyOf(compare.key));
  if (compare.target === "value") {
    return item !== undefined && isTrue(compareBytes(item.value, compare.value), compare.operator);
  }
  return isTrue((item?.[compare.target] ?? 0) - compare.value, compare.operator);
}

/** `order` is that of the left side against the right: negative, zero or positive. */
function isTrue(order: number, operator: CompareOperator): boolean {
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
  }
}
