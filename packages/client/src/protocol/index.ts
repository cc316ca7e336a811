export {
  decodeClientFrames,
  decodeClientFramesOrRefusals,
  decodeServerFrames,
  encodeClientFrame,
  encodeServerFrame,
  joinFrames,
} from "./codec.ts";
export { errorOutcomes, isPassing } from "./error-code.ts";
export type { ErrorCode, Outcome } from "./error-code.ts";
export { PROTOCOL_PATH, SUBPROTOCOL, VERSION_MAX, VERSION_MIN, closeCode } from "./frame.ts";
export type {
  ClientFrame,
  ClusterHint,
  Consistency,
  Failure,
  Hello,
  Limits,
  NodeHint,
  NodeStatus,
  Request,
  Result,
  ServerFrame,
  Welcome,
} from "./frame.ts";
export { IGNORABLE_KIND } from "./kinds.ts";
export { Link } from "../link/link.ts";
export type { Answered, LinkCall, LinkEnd, LinkOptions, LinkOwner } from "../link/link.ts";
export { Malformed, MalformedRequest } from "./malformed.ts";
export type { CommandResult } from "./result.ts";
export type { Dial, SocketEvent, WebSocketLike } from "../link/web-socket.ts";
