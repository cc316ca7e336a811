import type { Member, Membership, MembershipChange, NodeId } from "@quorate/raft-core";
import type { RaftNodeStatus, ReadConsistency } from "@quorate/raft-node";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";

/** A node's status, as far as clients are told of it. */
export interface KvNodeStatus extends Omit<RaftNodeStatus, "followers" | "failed"> {
  readonly followers: readonly {
    readonly id: NodeId;
    readonly matchIndex: number;
    readonly lastContactMs: number;
  }[];
  readonly failed?: { readonly code: string; readonly message: string } | undefined;
}

export interface WaitOptions {
  readonly signal: AbortSignal;
}

export type KvNodeEvent = "leader" | "membership" | "forgotten";

/** What the routes need of a node: a `RaftNode` over a `KvStateMachine`, or something that behaves like one. */
export interface KvNode {
  propose(command: Uint8Array, options: WaitOptions): Promise<KvResult>;
  read(query: KvQuery, options: WaitOptions & { readonly consistency: ReadConsistency }): Promise<KvAnswer>;
  changeMembers(change: MembershipChange, options: WaitOptions): Promise<Membership>;
  transferLeadership(to: NodeId | undefined, options: WaitOptions): Promise<Member>;
  status(): KvNodeStatus;
  on(event: KvNodeEvent, listener: () => void): () => void;
}
