import type { NodeId } from "@quorate/raft-core";
import type { RaftNodeStatus } from "@quorate/raft-node";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";

export type Consistency = "linearizable" | "stale";

/** A node's status, as far as clients are told of it. */
export interface KvNodeStatus extends Omit<RaftNodeStatus, "followers" | "failed"> {
  readonly followers: readonly { readonly id: NodeId; readonly matchIndex: number }[];
  readonly failed?: { readonly code: string; readonly message: string } | undefined;
}

/** What the routes need of a node: a `RaftNode` over a `KvStateMachine`, or something that behaves like one. */
export interface KvNode {
  propose(command: Uint8Array, options: { readonly signal: AbortSignal }): Promise<KvResult>;
  read(query: KvQuery, options: { readonly consistency: Consistency; readonly signal: AbortSignal }): Promise<KvAnswer>;
  status(): KvNodeStatus;
  on(event: "leader", listener: () => void): () => void;
}
