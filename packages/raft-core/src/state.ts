import { Log } from "./log.ts";
import type { Effect } from "./effect.ts";
import { type Membership, type NodeId, incarnationOf, isVoter } from "./membership.ts";
import { MembershipHistory } from "./membership-history.ts";
import type { Incarnation, RequestVote, Snapshot } from "./message.ts";
import type { ResolvedRaftOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import type { Progress } from "./progress.ts";
import type { Role } from "./role.ts";
import { Saves } from "./saves.ts";
import type { HardState, StoredState } from "./ports/storage.ts";

const STALLED_TIMEOUTS = 4;

/** What a node is started with. */
export interface RaftStart {
  /** As loaded; a log that the snapshot has overtaken must have been reset to it. */
  readonly state: StoredState;
  /** The latest stored snapshot: the state machine has been restored from it, and its index lies in the log. */
  readonly snapshot: Snapshot | undefined;
  readonly nowMs: number;
}

/** A read that waits for its index. `from` is the follower that asked for it, undefined if it is this node's own. */
export interface PendingRead {
  readonly id: number;
  readonly from: NodeId | undefined;
}

/** Reads at `index` that wait until a quorum has answered a round of heartbeats, `round` or later. */
export interface ReadRound {
  readonly round: number;
  readonly index: number;
  readonly reads: readonly PendingRead[];
}

/** One node on its way to becoming a voter: in rounds, each of which brings it what was there when it began. */
export interface CatchUp {
  /** Counted from 1; when the first one began. */
  readonly number: number;
  readonly firstMs: number;
  readonly startMs: number;
  readonly targetIndex: number;
  isDone: boolean;
}

/** A node that was removed: it is told, by the entry that removed it and that this is committed, but not for ever. */
export interface Departing {
  readonly progress: Progress;
  /** Where it was removed. */
  readonly index: number;
  readonly untilMs: number;
  /** The round of heartbeats that tells it that its removal is committed; Infinity until that can be said. */
  farewellRound: number;
}

/** A change that this leader was asked for. */
export interface RequestedChange {
  readonly id: number;
  /** Why it has been taken back, once it has. */
  failure?: string;
}

/** The lead on its way to another node. */
export interface Transfer {
  /** Of the requests that wait for it; empty where this node hands over by itself. */
  readonly ids: number[];
  readonly to: NodeId;
  /** This node leads no more when it is over, whatever comes of it. */
  readonly isLeaving: boolean;
  readonly startMs: number;
  /** The end of the log when it began: the target gets that far before anybody has to wait for it. */
  readonly targetIndex: number;
  /** Since when proposals are refused. */
  fencedMs: number | undefined;
  /** When the target was last asked to stand. */
  askedMs: number | undefined;
}

/** What only a leader has. */
export interface Leadership {
  readonly followers: Map<NodeId, Progress>;
  /** Members no more, but not yet known to have heard of it. */
  readonly departing: Map<NodeId, Departing>;
  readonly catchUps: Map<NodeId, CatchUp>;
  /** The change under way, and after it the one that takes it back; empty where nobody waits for an answer. */
  changes: RequestedChange[];
  /** The last entry that was appended only to record incarnations. */
  recordedAt: number;
  transfer: Transfer | undefined;
  /** When the rounds of heartbeats began that no quorum has answered yet. */
  roundStarts: { readonly round: number; readonly startMs: number }[];
  /** No other leader can have been elected before; see lease.ts. */
  leaseUntilMs: number;
  /** Somebody was asked to stand in spite of it: there is no lease any more in this term. */
  isLeaseForfeit: boolean;
  /** Where the no-op of this term stands: until it is committed the leader does not know what is (§8). */
  readonly termStartIndex: number;
  uncommittedBytes: number;
  /** The latest round of heartbeats. */
  round: number;
  heartbeatDeadlineMs: number;
  /** When the leader judges next whether it may go on leading. Reads put heartbeats off, but not this. */
  checkDeadlineMs: number;
  /** Reads that no round has begun for. */
  waitingReads: PendingRead[];
  readRounds: ReadRound[];
}

/** Reads that a follower has asked its leader about. */
export interface ReadRequest {
  readonly id: number;
  readonly reads: readonly number[];
  sentMs: number;
}

/** Who waits for entries from storage. */
export type Loader = { readonly fromIndex: number } & (
  | { readonly type: "apply" }
  | { readonly type: "follower"; readonly progress: Progress }
);

/** Everything that one node knows: the state of fig. 2 and what it takes to run it. Changed by this package only. */
export class State {
  readonly options: ResolvedRaftOptions;
  readonly out: Outbox = new Outbox();
  nowMs: number;

  // Persistent on all servers.
  term: number;
  votedFor: NodeId | undefined;
  readonly incarnation: Incarnation | undefined;
  readonly log: Log;
  readonly memberships: MembershipHistory;
  readonly saves: Saves;
  snapshot: Snapshot | undefined;

  // Volatile on all servers.
  role: Role = "follower";
  leader: NodeId | undefined;
  commitIndex: number;
  appliedIndex: number;
  /** The last entry handed to the state machine; above `appliedIndex` while it applies. */
  applyingIndex: number;
  /** The snapshot that the runtime is installing. */
  installing: Snapshot | undefined;
  readonly loads: Map<number, Loader> = new Map();
  #nextId: number;

  // Elections: the timeout now in force, since when it runs, and the votes of the election under way.
  electionTimeoutMs = 0;
  electionStartMs: number;
  leaderContactMs: number = -Infinity;
  /** Elections that this node has begun since it last knew a leader. */
  electionAttempts = 0;
  readonly votes: Map<NodeId, boolean> = new Map();
  /** Who has answered in this election, as far as they say. */
  readonly voterIncarnations: Map<NodeId, Incarnation> = new Map();
  /** What the others are asked, and when they were asked last. */
  ballot: { readonly request: RequestVote; askedMs: number } | undefined;

  /** When the disk last completed a write, or was given one while it had none. */
  diskProgressMs: number;

  /** Since when others have asked for its vote in vain, because their logs end before its own; see caretaker.ts. */
  neededSinceMs: number | undefined;

  // Followers: how far the log is known to be the current leader's, and the reads that it was asked about.
  verifiedIndex = 0;
  waitingReads: number[] = [];
  readRequest: ReadRequest | undefined;

  leading: Leadership | undefined;
  /** A transfer that has ended this node's lead: whether it went well shows when the next leader is known. */
  handedOver: Transfer | undefined;
  /** The configuration names this node's id, but means another incarnation: it has forgotten what it had promised. */
  isDisowned = false;
  readonly startedMs: number;
  /** How often the lead of each node has ended lately, as far as this one has seen. */
  readonly endedLeads: Map<NodeId, { count: number; lastMs: number }> = new Map();

  constructor(options: ResolvedRaftOptions, start: RaftStart) {
    const { hardState, base, lastIndex, memberships } = start.state;
    this.options = options;
    this.#nextId = Math.floor(options.random.next() * 2 ** 52);
    this.nowMs = start.nowMs;
    this.startedMs = start.nowMs;
    this.incarnation = hardState.incarnation;
    this.electionStartMs = start.nowMs;
    this.diskProgressMs = start.nowMs;
    this.term = hardState.term;
    this.votedFor = hardState.votedFor;
    this.log = new Log(start.state);
    this.memberships = new MembershipHistory(start.snapshot, memberships);
    this.saves = new Saves(lastIndex, hardState);
    this.snapshot = start.snapshot;
    this.commitIndex = Math.max(base.index, start.snapshot?.index ?? 0);
    this.appliedIndex = this.commitIndex;
    this.applyingIndex = this.commitIndex;
  }

  get id(): NodeId {
    return this.options.id;
  }

  get membership(): Membership {
    return this.memberships.current;
  }

  /** Whether this node has a say in elections, in its own person. */
  get isVoter(): boolean {
    return isVoter(this.membership, this.id) && !this.isForgotten;
  }

  /** It may hold a log, but must not vote: under its id it has promised what it does not remember. */
  get isForgotten(): boolean {
    const meant = incarnationOf(this.membership, this.id);
    return this.isDisowned || (meant !== undefined && this.incarnation !== undefined && meant !== this.incarnation);
  }

  /** Every other node that has a say in elections. */
  get otherVoters(): readonly NodeId[] {
    const { voters, outgoing } = this.membership;
    return [...new Set([...voters, ...outgoing])].filter((id) => id !== this.id);
  }

  /** An id for a question. Not used twice, nor by this node's next life: old answers must not fit new questions. */
  newId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  get isHardStateDurable(): boolean {
    const durable = this.saves.durableHardState;
    return durable.term === this.term && durable.votedFor === this.votedFor;
  }

  /**
   * A write has been under way for several election timeouts: no hiccup of a disk that works. Such a node must not lead:
   * it could send heartbeats from memory for ever, and commit nothing of its own. Where nobody else could, it may.
   */
  get isDiskStalled(): boolean {
    if (this.saves.isIdle || this.otherVoters.length === 0) return false;
    return this.nowMs - this.diskProgressMs > STALLED_TIMEOUTS * this.options.electionTimeoutMaxMs;
  }

  /** Tells the runtime about role, term and leader. */
  announceRole(): void {
    this.out.now({ type: "role", role: this.role, term: this.term, leader: this.leader });
  }

  /** Ends a turn: one save for all that has changed, and the effects around it. */
  takeEffects(): readonly Effect[] {
    const hardState = this.#takeHardState();
    const needsSave = hardState !== undefined || this.log.hasUnsaved;
    const needsBarrier = this.out.hasPromises && !this.saves.isIdle;
    if (!needsSave && !needsBarrier) return this.out.take(undefined);
    if (this.saves.isIdle) this.diskProgressMs = this.nowMs;
    return this.out.take(this.saves.begin(hardState, this.log.takeUnsaved()));
  }

  #takeHardState(): HardState | undefined {
    const { term, votedFor } = this.saves.latestHardState;
    if (term === this.term && votedFor === this.votedFor) return undefined;
    return { term: this.term, votedFor: this.votedFor, incarnation: this.incarnation };
  }
}
