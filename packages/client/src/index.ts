export type { Bytes, RangeOf, TxnCompare, TxnOperation } from "./bytes.ts";
export { ClientError } from "./client-error.ts";
export type { ClientErrorCode, ClientErrorOptions } from "./client-error.ts";
export type { WaitOptions } from "./dispatcher.ts";
export { KvClient } from "./kv-client.ts";
export type {
  Answer,
  DeleteAnswer,
  GetAnswer,
  RangeAnswer,
  RangeOptions,
  ReadOptions,
  TxnAnswer,
  TxnRequest,
} from "./kv-client.ts";
export type { WebSocketConstructor } from "./link/web-socket.ts";
export type { KvClientOptions } from "./options.ts";
export type { Consistency, NodeHint, NodeStatus, Outcome, SocketEvent, WebSocketLike } from "./protocol/index.ts";
