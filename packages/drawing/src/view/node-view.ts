import type { NodeId, ProgressState, Role } from "@quorate/raft-core";

export type Condition = "up" | "down" | "paused" | "failed" | "unknown";

/** What a node is in the configuration that it goes by itself. */
export type Standing = "voter" | "learner" | "outgoing" | "incoming" | "outside";

/** One node at one moment. */
export interface NodeView {
  readonly id: NodeId;
  readonly condition: Condition;
  /** Undefined where it is not running. */
  readonly role: Role | undefined;
  readonly standing: Standing;
  readonly term: number;
  readonly votedFor: NodeId | undefined;
  readonly leader: NodeId | undefined;
  /** Its election timer; undefined where none runs. */
  readonly election: ElectionView | undefined;
  /** What a candidate has heard so far, its own vote included. */
  readonly votes: Readonly<Record<NodeId, boolean>>;
  readonly log: LogView;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly durableIndex: number | undefined;
  readonly membership: MembershipView;
  /** What a leader knows of the others; empty for everybody else. */
  readonly followers: readonly FollowerView[];
  readonly transferTo: NodeId | undefined;
  /** Why it is `failed`, in the words of the error. */
  readonly failure: string | undefined;
  /** Its configuration means another node of this id: this one has lost what it had promised, and has no vote. */
  readonly isForgotten?: boolean | undefined;
  /** How fast its clock runs; 1 is right. */
  readonly clockRate?: number | undefined;
}

export interface ElectionView {
  readonly startMs: number;
  readonly deadlineMs: number;
}

export interface LogView {
  readonly snapshot: SnapshotView | undefined;
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** The last ones, at most 60. */
  readonly entries: readonly EntryView[];
}

/** What stands in the place of the entries up to `index`. */
export interface SnapshotView {
  readonly index: number;
  readonly term: number;
}

export interface EntryView {
  readonly index: number;
  readonly term: number;
  readonly kind: "command" | "membership" | "no-op";
  readonly text: string;
}

export interface MembershipView {
  readonly voters: readonly NodeId[];
  /** The voters of the configuration that a joint one leaves. */
  readonly outgoing: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** The first configuration, with which the cluster has not been founded yet: all of its voters must agree, not a majority. */
  readonly isFounding?: boolean | undefined;
}

/** What a leader knows of one follower. */
export interface FollowerView {
  readonly id: NodeId;
  readonly matchIndex: number;
  readonly nextIndex: number;
  readonly state: ProgressState;
  readonly lastContactMs: number | undefined;
}
