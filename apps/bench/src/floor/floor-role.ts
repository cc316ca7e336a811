import type { Message, NodeId, Storage, Transport } from "@quorate/raft-core";

/** What a leader or a follower stands on. */
export interface FloorPorts {
  /** Applies a command that is safe, in the order of the log, and returns the store's revision. */
  readonly apply: (command: Uint8Array, index: number) => number;
  readonly storage: Pick<Storage, "append">;
  readonly transport: Pick<Transport, "send">;
  /** There is no way on: nothing is ever repeated here. */
  readonly failed: (error: unknown) => void;
}

export interface FloorRole {
  /** Whether the connections are there without which it would lose something. */
  readonly isReady: boolean;
  /** How far the log is safe: at the leader on a majority, at a follower on its own disk. */
  readonly safeIndex: number;
  receive(from: NodeId, message: Message): void;
}
