import type { Member, Membership, NodeId, Role } from "@quorate/raft-core";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";

export type Consistency = "linearizable" | "stale";

export interface KvNodeStatus {
  readonly id: NodeId;
  readonly role: Role;
  readonly term: number;
  readonly leader: Member | undefined;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly snapshotIndex: number;
  readonly membership: Membership;
  /** Empty unless this node leads. */
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
