export { assertCommand, decodeCommand, encodeCommand } from "./codec.ts";
export type { CommandLimits } from "./codec.ts";
export { compareAndSet } from "./command.ts";
export type {
  Command,
  Compare,
  CompareOperator,
  Delete,
  DeleteRange,
  Get,
  KvResult,
  Operation,
  OperationResult,
  Put,
  RangeOperation,
  Txn,
} from "./command.ts";
export type { KeyRange, KeyValue, RangeSlice } from "./key-value.ts";
export { KvStateMachine } from "./kv-state-machine.ts";
export { KEY_BYTES_MAX, TXN_OPERATIONS_MAX, VALUE_BYTES_CEILING, VALUE_BYTES_MAX_DEFAULT } from "./limits.ts";
export type { KvAnswer, KvQuery } from "./query.ts";
