import type { Member, NodeId } from "@quorate/raft-core";

/** What the process of one node is told, as JSON, its last argument. */
export interface FloorOptions {
  readonly id: NodeId;
  /** Where each listens for the others; the first one leads for good. */
  readonly members: readonly Member[];
  /** On loopback. */
  readonly clientPort: number;
  /** Empty. */
  readonly directory: string;
  /** Whether each node applies what it has to a key-value store, like ours; without, a put changes nothing. */
  readonly applies: boolean;
}

export const FLOOR_CLUSTER_ID = "floor";
export const FLOOR_HOST = "127.0.0.1";

/** All entries are of it: nobody is ever elected. */
export const FLOOR_TERM = 1;
