import { compareBytes, keyOf } from "./bytes.ts";
import type { Command, Compare, CompareOperator, KvResult, Operation, OperationResult } from "./command.ts";
import { TXN_RANGE_BYTES_MAX } from "./limits.ts";
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
      const responses = operations.map((operation) => perform(store, operation));
      return { type: "txn", revision: store.commit(), succeeded, responses };
    }
  }
}

function perform(store: Store, operation: Operation): OperationResult {
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
    case "range":
      return {
        type: "range",
        ...store.slice(boundsOf(operation.range), { ...operation, bytesMax: TXN_RANGE_BYTES_MAX }),
      };
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
