import type { Entry } from "./entry.ts";
import type { Membership } from "./membership.ts";

/**
 * What nodes say to one another (§5–§8). Every message carries its sender's term; the transport vouches for the sender.
 * Messages may be lost, repeated, delayed and reordered without harm. Every number is a safe integer ≥ 0.
 */
export type Message =
  | RequestVote
  | RequestVoteReply
  | AppendEntries
  | AppendEntriesReply
  | Heartbeat
  | HeartbeatReply
  | InstallSnapshot
  | InstallSnapshotReply
  | ReadIndex
  | ReadIndexReply
  | TimeoutNow
  | Disowned;

/**
 * A random number that a node draws when it has nothing stored, and keeps with its hard state for good: one that comes
 * back under the same id with another incarnation has forgotten its votes and its log. Undefined from a node that was
 * started without one.
 */
export type Incarnation = number;

/** "Elect me" (§5.2). With `pre`, "would you?" for the term that the sender is about to enter (diss. §9.6). */
export interface RequestVote {
  readonly type: "request-vote";
  readonly term: number;
  readonly pre: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The leader itself has asked the sender to stand: nobody need be loyal to it (diss. §3.10). */
  readonly transfer?: true | undefined;
  readonly incarnation?: Incarnation | undefined;
  /** Whom the sender was begun with, as a JSON list sorted by id, while the cluster is not founded yet. */
  readonly founders?: string | undefined;
}

/** A granted pre-vote repeats the request's term; every refusal carries the voter's own, so that a laggard learns it. */
export interface RequestVoteReply {
  readonly type: "request-vote-reply";
  readonly term: number;
  readonly pre: boolean;
  readonly granted: boolean;
  readonly incarnation?: Incarnation | undefined;
}

/** Entries that follow `prev` (§5.3). An empty one asks "is your log mine up to `prev`?". */
export interface AppendEntries {
  readonly type: "append-entries";
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly Entry[];
  readonly commitIndex: number;
}

/**
 * Accepted: the sender's log is the leader's up to `matchIndex`, durably. Rejected: it has no entry (prevIndex,
 * prevTerm); `matchIndex` is 0 and the hint is the last position at which the logs may still agree: the leader skips
 * every index above `hintIndex`, and every entry of a term above `hintTerm`.
 */
export interface AppendEntriesReply {
  readonly type: "append-entries-reply";
  readonly term: number;
  readonly accepted: boolean;
  /** The request's. */
  readonly prevIndex: number;
  readonly matchIndex: number;
  readonly hintIndex: number;
  readonly hintTerm: number;
  readonly incarnation?: Incarnation | undefined;
}

/**
 * "I lead." `commitIndex` never exceeds what this follower is known to hold. `round` counts up within the leader's
 * term; an answered round proves that the follower still knew no later leader after the round had begun (diss. §6.4).
 */
export interface Heartbeat {
  readonly type: "heartbeat";
  readonly term: number;
  readonly round: number;
  readonly commitIndex: number;
}

export interface HeartbeatReply {
  readonly type: "heartbeat-reply";
  readonly term: number;
  /** The heartbeat's; 0 in the answer to a leader of an earlier term. */
  readonly round: number;
  /** How far the sender knows its log to be the leader's. Falls to 0 when it restarts. */
  readonly matchIndex: number;
  readonly incarnation?: Incarnation | undefined;
  /** How much the sender should lead (see `RaftOptions.priority`); 1 where it says nothing. */
  readonly priority?: number | undefined;
}

/** The state up to and including the entry (`index`, `term`) (§7). */
export interface Snapshot {
  readonly index: number;
  readonly term: number;
  /** The configuration in force at `index`. */
  readonly membership: Membership;
  /** Of the state machine's data; the sum of all chunks. */
  readonly sizeBytes: number;
  /** CRC-32 of the state machine's data. */
  readonly checksum: number;
}

/** One chunk of a snapshot. One is under way at a time; the follower names the offset that it wants next. */
export interface InstallSnapshot {
  readonly type: "install-snapshot";
  readonly term: number;
  readonly snapshot: Snapshot;
  readonly offsetBytes: number;
  readonly data: Uint8Array;
}

/** `installed`: the follower's log is the leader's up to `snapshotIndex`. Else: send from `nextOffsetBytes` on. */
export interface InstallSnapshotReply {
  readonly type: "install-snapshot-reply";
  readonly term: number;
  readonly snapshotIndex: number;
  readonly nextOffsetBytes: number;
  readonly installed: boolean;
  readonly incarnation?: Incarnation | undefined;
}

/** A follower asks the leader for an index that is safe to read at (diss. §6.4). `id` is the follower's own. */
export interface ReadIndex {
  readonly type: "read-index";
  readonly term: number;
  readonly id: number;
}

export interface ReadIndexReply {
  readonly type: "read-index-reply";
  readonly term: number;
  readonly id: number;
  readonly index: number;
}

/** "Stand for election at once": the leader hands over its lead (diss. §3.10). */
export interface TimeoutNow {
  readonly type: "timeout-now";
  readonly term: number;
}

/**
 * "You are not the node that the configuration names under your id; that one had this `incarnation`." What the receiver
 * had stored is lost, and with it the right to vote and to acknowledge under this id until it is added anew.
 */
export interface Disowned {
  readonly type: "disowned";
  readonly term: number;
  readonly incarnation: Incarnation;
}
