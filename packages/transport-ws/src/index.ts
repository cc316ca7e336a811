export type { WsTransportLimits, WsTransportOptions } from "./options.ts";
export type { PeerStats, TransportStats } from "./stats.ts";
export { WsTransport } from "./ws-transport.ts";
