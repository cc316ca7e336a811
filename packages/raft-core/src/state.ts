import { Log } from "./log.ts";
import type { Effect } from "./effect.ts";
import { type Membership, type NodeId, isVoter } from "./membership.ts";
import { MembershipHistory } from "./membership-history.ts";
import type { Snapshot } from "./message.ts";
import type { ResolvedRaftOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import type { Progress } from "./progress.ts";
import type { Role } from "./role.ts";
import { Saves } from "./saves.ts";
import type { StoredState } from "./ports/storage.ts";

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

/** What only a leader has. */
export interface Leadership {
  readonly followers: Map<NodeId, Progress>;
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

  /** When the disk last completed a write, or was given one while it had none. */
  diskProgressMs: number;

  // Followers: how far the log is known to be the current leader's, and the reads that it was asked about.
  verifiedIndex = 0;
  waitingReads: number[] = [];
  readRequest: ReadRequest | undefined;

  leading: Leadership | undefined;

  constructor(options: ResolvedRaftOptions, start: RaftStart) {
    const { hardState, base, lastIndex, memberships } = start.state;
    this.options = options;
    this.#nextId = Math.floor(options.random.next() * 2 ** 52);
    this.nowMs = start.nowMs;
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

  get isVoter(): boolean {
    return isVoter(this.membership, this.id);
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

  #takeHardState(): { term: number; votedFor: NodeId | undefined } | undefined {
    const { term, votedFor } = this.saves.latestHardState;
    if (term === this.term && votedFor === this.votedFor) return undefined;
    return { term: this.term, votedFor: this.votedFor };
  }
}
