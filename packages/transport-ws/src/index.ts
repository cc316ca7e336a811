export { type Credentials, checkCredentials } from "./credentials.ts";
export type { WsTransportLimits, WsTransportOptions } from "./options.ts";
export type { PeerStats, TransportStats } from "./stats.ts";
export { type ServerTlsOptions, type TlsCredentials, isLoopback, serverTls } from "./tls.ts";
export { STREAM_PROTOCOL } from "./stream-door.ts";
export type { RefusalKind, Rejection, Remedies, Trouble, TroubleKind } from "./trouble.ts";
export { WsTransport } from "./ws-transport.ts";
