import type { NodeId, ProgressState, Role } from "@quorate/raft-core";

/**
 * What a node says of itself, as it is sent: plain JSON. `…AtMs` are times by that node's wall clock; ages and what
 * remains of a timer are spans, so that clocks need not agree. Totals count from the start of the process.
 */
export interface NodeReport {
  readonly id: NodeId;
  readonly clusterId: string;
  /** Of the server. */
  readonly version: string;
  /** Where clients reach it; an origin, without a path: `http://127.0.0.1:8001`. */
  readonly clientUrl: string;
  /** Where its peers reach it: `host:port`. */
  readonly peerAddress: string;
  /** When the process began; another number means another process. */
  readonly startedAtMs: number;
  /** When this was said. */
  readonly atMs: number;
  /** Whether a page may ask this node to change the members and to hand over the lead. */
  readonly actions: boolean;
  readonly raft: RaftReport;
  /** Snapshots on their way, by what this node has sent and received itself. */
  readonly transfers: readonly SnapshotTransferReport[];
  readonly counters: Counters;
  readonly latencies: Latencies;
  readonly health: HealthReport;
}

/** The node as Raft has it. */
export interface RaftReport {
  readonly role: Role;
  readonly term: number;
  readonly votedFor?: NodeId | undefined;
  readonly leader?: NodeId | undefined;
  /** Its election timer; none where it leads or has no vote. */
  readonly election?: ElectionReport | undefined;
  /** What a candidate has heard so far, its own vote included. */
  readonly votes: Readonly<Record<NodeId, boolean>>;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly durableIndex: number;
  /** The latest one. Entries before its end may still be there, for followers that lag. */
  readonly snapshot?: { readonly index: number; readonly term: number } | undefined;
  /** The last ones, 60 at most, ascending and without a gap; it may be that none are known. */
  readonly entries: readonly EntryReport[];
  readonly membership: MembershipReport;
  /** What a leader knows of the others; empty for everybody else. */
  readonly followers: readonly FollowerReport[];
  /** Whom this leader is handing over to. */
  readonly transferTo?: NodeId | undefined;
  /** Why it has stopped for good. */
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
  /** Its cluster knows another node under this id: it has lost what it had promised, and has no vote. */
  readonly isForgotten: boolean;
  /** What is wrong with its place in the cluster and what to do about it, in English. */
  readonly grievance?: { readonly detail: string; readonly remedy: string } | undefined;
}

export interface ElectionReport {
  readonly totalMs: number;
  /** Of `totalMs`; 0 where it is about to fire. */
  readonly remainingMs: number;
}

export interface EntryReport {
  readonly index: number;
  readonly term: number;
  readonly kind: "command" | "membership" | "no-op";
  /** Such as `put key`, the key shortened; empty where it is not known. Never a value. */
  readonly text: string;
}

/** Who belongs to the cluster, by this node's log. */
export interface MembershipReport {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** The voters of the configuration that a joint one leaves; else empty. */
  readonly outgoing: readonly NodeId[];
  /** Where the peers of each are reached, those that leave included. */
  readonly addresses: Readonly<Record<NodeId, string>>;
  /** What the change that is under way leads to. */
  readonly change?: { readonly voters: readonly NodeId[]; readonly learners: readonly NodeId[] } | undefined;
  /** Not all founders have been there at once yet. */
  readonly isFounding: boolean;
}

export interface FollowerReport {
  readonly id: NodeId;
  readonly matchIndex: number;
  readonly nextIndex: number;
  readonly state: ProgressState;
  /** How long ago the leader heard it last; unknown where it never did. */
  readonly contactAgeMs?: number | undefined;
}

export interface SnapshotTransferReport {
  readonly direction: "to" | "from";
  readonly peer: NodeId;
  readonly index: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Running totals, of which a reader makes rates. */
export interface Counters {
  /** How far this node knows the log to be committed. Not a count of its own work: the same on every node. */
  readonly committedIndex: number;
  /** Writes that this node has acknowledged as the leader. */
  readonly writes: number;
  /** Reads that this node has answered, of any consistency. */
  readonly reads: number;
}

export interface Latencies {
  /** From a proposal on this node, which leads, to its result. */
  readonly write: LatencyReport;
  /** Linearizable reads, on this node. */
  readonly read: LatencyReport;
  /** Having what is appended to the log made durable. */
  readonly fsync: LatencyReport;
}

/** Of about the last 10 s; zeros where `count` is 0. */
export interface LatencyReport {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface HealthReport {
  /** How late the event loop was in about the last 10 s. */
  readonly eventLoopP99Ms: number;
  readonly eventLoopMaxMs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** What the log takes on the disk; looked up now and then. */
  readonly logBytes?: number | undefined;
  readonly snapshotBytes?: number | undefined;
}
