import { dismissDeparted } from "./append.ts";
import { applyCommitted, onApplied, onLoaded } from "./apply.ts";
import { advanceCommit } from "./commit.ts";
import { onSnapshotTaken } from "./compaction.ts";
import type { Effect } from "./effect.ts";
import {
  ballotDeadlineMs,
  electionDeadlineMs,
  onElectionTimeout,
  onHardStateDurable,
  repeatBallot,
} from "./election.ts";
import type { Input } from "./input.ts";
import { noticePause } from "./lease.ts";
import type { Member, Membership, NodeId } from "./membership.ts";
import type { Incarnation, Snapshot } from "./message.ts";
import { type RaftOptions, resolveOptions } from "./options.ts";
import { peersOf } from "./peers.ts";
import type { ProgressState } from "./progress.ts";
import { yieldToFavourite } from "./priority.ts";
import { propose } from "./proposal.ts";
import { askReadIndex, beginReadRound, onRead, readDeadlineMs } from "./read-index.ts";
import { receive } from "./receive.ts";
import { driveReconfiguration, onChangeMembers } from "./reconfiguration.ts";
import { leaderDeadlineMs, onLeaderTick, onUnreachable, replicate } from "./replication.ts";
import type { Role } from "./role.ts";
import { restartElectionTimer } from "./roles.ts";
import { onChunkReceived, onSnapshotInstalled, onSnapshotReceived } from "./snapshot-receiver.ts";
import { onChunkFailed } from "./snapshot-sender.ts";
import { type RaftStart, State } from "./state.ts";
import { driveTransfer, onTransfer, settleTransfer, transferDeadlineMs } from "./transfer.ts";

/** What a leader knows of one follower. */
export interface FollowerStatus {
  readonly id: NodeId;
  readonly matchIndex: number;
  readonly nextIndex: number;
  readonly state: ProgressState;
  /** On the clock of `step`. */
  readonly lastContactMs: number;
}

/** How a node stands towards elections. For watching. */
export interface ElectionStatus {
  /** In the current term. */
  readonly votedFor: NodeId | undefined;
  /** What a candidate, or pre-candidate, has heard: granted or refused. Its own vote stands here once it is durable. */
  readonly votes: Readonly<Record<NodeId, boolean>>;
  /** The election timeout that runs, on the clock of `step`; undefined where none does. */
  readonly timer: { readonly startMs: number; readonly deadlineMs: number } | undefined;
}

/**
 * One node of a Raft cluster, as a function: `step` takes what has happened and returns what is to be done, in an order
 * that is the contract (see `Effect`). It does no I/O, reads no clock and awaits nothing. Throws an `AssertionError`
 * only where Quorate itself is wrong; the node must then stop.
 */
export class Raft {
  readonly #state: State;

  /** Throws a TypeError that names the option at fault. */
  constructor(options: RaftOptions, start: RaftStart) {
    this.#state = new State(resolveOptions(options), start);
    restartElectionTimer(this.#state, "draw");
  }

  /** Takes what has happened in one turn, in order; `nowMs` never goes back. */
  step(inputs: readonly Input[], nowMs: number): readonly Effect[] {
    const state = this.#state;
    noticePause(state, nowMs);
    state.nowMs = Math.max(nowMs, state.nowMs);
    for (const input of inputs) {
      handle(state, input);
      settleTransfer(state);
    }
    if (state.leading !== undefined) driveReconfiguration(state, state.leading);
    if (state.leading !== undefined) driveTransfer(state, state.leading);
    if (state.leading !== undefined) {
      beginReadRound(state, state.leading);
      replicate(state, state.leading);
    }
    askReadIndex(state);
    applyCommitted(state);
    const effects = state.takeEffects();
    const evictable = Math.min(state.saves.durableIndex, state.commitIndex);
    state.log.evict(evictable, state.options.tailBytesMax);
    return effects;
  }

  /** When the next `tick` is wanted; Infinity: not until something else happens. */
  get deadlineMs(): number {
    const state = this.#state;
    if (state.leading !== undefined) return leaderDeadlineMs(state.leading);
    const electionMs = Math.min(electionDeadlineMs(state), ballotDeadlineMs(state));
    return Math.min(electionMs, readDeadlineMs(state), transferDeadlineMs(state));
  }

  get id(): NodeId {
    return this.#state.id;
  }

  get role(): Role {
    return this.#state.role;
  }

  get term(): number {
    return this.#state.term;
  }

  /** The leader of the current term as far as this node knows. */
  get leader(): NodeId | undefined {
    return this.#state.leader;
  }

  get commitIndex(): number {
    return this.#state.commitIndex;
  }

  get firstIndex(): number {
    return this.#state.log.firstIndex;
  }

  get lastIndex(): number {
    return this.#state.log.lastIndex;
  }

  get snapshot(): Snapshot | undefined {
    return this.#state.snapshot;
  }

  /** The configuration in force: the last one in the log, committed or not. */
  get membership(): Membership {
    return this.#state.membership;
  }

  /** Who this node is; see `Incarnation`. */
  get incarnation(): Incarnation | undefined {
    return this.#state.incarnation;
  }

  /** Whether this node has forgotten what it promised under its id, and so has no vote until it is added anew. */
  get isForgotten(): boolean {
    return this.#state.isForgotten;
  }

  /** Whom to reach; see peers.ts. */
  get peers(): readonly Member[] {
    return peersOf(this.#state);
  }

  /** Whom this leader is handing over to. */
  get transferTo(): NodeId | undefined {
    return this.#state.leading?.transfer?.to;
  }

  /** This moment's view. */
  election(): ElectionStatus {
    const { votedFor, votes, electionStartMs: startMs } = this.#state;
    const deadlineMs = electionDeadlineMs(this.#state);
    return {
      votedFor,
      votes: Object.fromEntries(votes),
      timer: deadlineMs === Infinity ? undefined : { startMs, deadlineMs },
    };
  }

  /** Where the node is or was reached last, as far as the log goes back; without an address where that says nothing. */
  memberOf(id: NodeId): Member {
    return this.#state.memberships.memberOf(id) ?? { id, address: "" };
  }

  /** The configuration in force at `index`. */
  membershipAt(index: number): Membership {
    return this.#state.memberships.at(index);
  }

  /** Empty unless this node leads. */
  followers(): readonly FollowerStatus[] {
    return [...(this.#state.leading?.followers.values() ?? [])].map(
      ({ id, matchIndex, nextIndex, state, lastContactMs }) => ({ id, matchIndex, nextIndex, state, lastContactMs }),
    );
  }
}

function handle(state: State, input: Input): void {
  const { leading } = state;
  switch (input.type) {
    case "tick":
      return tick(state);
    case "message":
      return receive(state, input.from, input.message);
    case "unreachable":
      return leading && onUnreachable(leading, input.peer);
    case "propose":
      return propose(state, input);
    case "read":
      return onRead(state, input.id, input.lease === true);
    case "change-members":
      return onChangeMembers(state, input.id, input.change);
    case "transfer":
      return onTransfer(state, input.id, input.to);
    case "saved":
      state.saves.saved(input.seq);
      state.diskProgressMs = state.nowMs;
      onHardStateDurable(state);
      return advanceCommit(state);
    case "applied":
      return onApplied(state, input.index);
    case "loaded":
      return onLoaded(state, input.id, input.entries);
    case "snapshot-taken":
      return onSnapshotTaken(state, input.snapshot);
    case "chunk-received":
      return onChunkReceived(state, input.from, input.snapshot, input.nextOffsetBytes);
    case "snapshot-received":
      return onSnapshotReceived(state, input.from, input.snapshot);
    case "snapshot-installed":
      return onSnapshotInstalled(state, input.snapshot);
    case "chunk-failed":
      return leading && onChunkFailed(state, leading, input.to, input.snapshotIndex);
  }
}

function tick(state: State): void {
  if (state.leading !== undefined) {
    onLeaderTick(state, state.leading);
    if (state.leading === undefined) return;
    dismissDeparted(state, state.leading);
    yieldToFavourite(state, state.leading);
  } else if (state.nowMs >= electionDeadlineMs(state)) onElectionTimeout(state);
  else if (state.nowMs >= ballotDeadlineMs(state)) repeatBallot(state);
}
