export { createClock, systemClock } from "./clock.ts";
export type { NodeFailure, RaftNodeEvents, RaftNodeListener } from "./events.ts";
export type { RaftNodeOptions } from "./options.ts";
export { RaftNode } from "./raft-node.ts";
export type { CloseOptions, ProposeOptions, ReadOptions, WaitOptions } from "./raft-node.ts";
export type { ReadConsistency } from "./reads.ts";
export { systemRandom } from "./random.ts";
export type { RaftNodeStatus } from "./status.ts";
