export { type Credentials, checkCredentials } from "./credentials.ts";
export type { WsTransportLimits, WsTransportOptions } from "./options.ts";
export type { PeerStats, RefusalKind, TransportStats } from "./stats.ts";
export { type ServerTlsOptions, type TlsCredentials, isLoopback, serverTls } from "./tls.ts";
export { STREAM_PROTOCOL } from "./stream-door.ts";
export { WsTransport } from "./ws-transport.ts";
