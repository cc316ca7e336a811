export type { LinkConditions } from "./conditions.ts";
export type { Drop, DropReason, Flight, NetworkEvents } from "./events.ts";
export { MemoryNetwork } from "./memory-network.ts";
export type { MemoryNetworkOptions } from "./memory-network.ts";
export type { MemoryTransport } from "./memory-transport.ts";
