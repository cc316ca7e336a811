import type { NodeId } from "./membership.ts";
import type { ReadIndex, ReadIndexReply } from "./message.ts";
import { learnCommit } from "./commit.ts";
import { broadcastHeartbeat } from "./heartbeat.ts";
import { holdsLease } from "./lease.ts";
import { confirmedRound } from "./quorum.ts";
import type { Leadership, PendingRead, State } from "./state.ts";

/**
 * Linearizable reads without the log (diss. §6.4): the leader remembers its commit index, makes sure by a round of
 * heartbeats that nobody had replaced it when the read arrived, and the read waits until that index is applied.
 */
export function onRead(state: State, id: number, lease: boolean): void {
  if (lease && state.leading !== undefined && holdsLease(state, state.leading)) {
    state.out.now({ type: "read-ready", id, index: state.commitIndex });
  } else if (state.leading !== undefined) state.leading.waitingReads.push({ id, from: undefined });
  else if (state.leader !== undefined) state.waitingReads.push(id);
  else state.out.now({ type: "read-failed", id, code: "NO_LEADER" });
}

/** A follower asks on behalf of its readers, perhaps again. */
export function onReadIndex(leading: Leadership, from: NodeId, message: ReadIndex): void {
  const waits = leading.waitingReads.some((read) => read.from === from && read.id === message.id);
  if (!waits) leading.waitingReads.push({ id: message.id, from });
}

/**
 * Begins a round for the reads that wait, unless one is under way: they share the next one. A leader that has committed
 * nothing in its term does not know yet what is committed, so they wait for that first.
 */
export function beginReadRound(state: State, leading: Leadership): void {
  if (leading.waitingReads.length === 0 || leading.readRounds.length > 0) return;
  if (state.commitIndex < leading.termStartIndex) return;
  const reads = leading.waitingReads;
  leading.waitingReads = [];
  broadcastHeartbeat(state, leading);
  leading.readRounds.push({ round: leading.round, index: state.commitIndex, reads });
  confirmReadRounds(state, leading);
}

/** Releases the reads whose round, or a later one, a quorum has answered. */
export function confirmReadRounds(state: State, leading: Leadership): void {
  if (leading.readRounds.length === 0) return;
  const confirmed = confirmedRound(state, leading);
  for (const round of leading.readRounds.filter((each) => each.round <= confirmed)) {
    for (const read of round.reads) release(state, read, round.index);
  }
  leading.readRounds = leading.readRounds.filter((each) => each.round > confirmed);
}

function release(state: State, read: PendingRead, index: number): void {
  const { id, from } = read;
  if (from === undefined) state.out.now({ type: "read-ready", id, index });
  else state.out.send(from, { type: "read-index-reply", term: state.term, id, index });
}

/** Sends the follower's waiting reads to the leader, one request at a time, and repeats one that may be lost. */
export function askReadIndex(state: State): void {
  const { leader, readRequest: request, term } = state;
  if (leader === undefined || state.leading !== undefined) return;
  if (request === undefined) {
    if (state.waitingReads.length === 0) return;
    state.readRequest = { id: state.newId(), reads: state.waitingReads, sentMs: state.nowMs };
    state.waitingReads = [];
    state.out.send(leader, { type: "read-index", term, id: state.readRequest.id });
  } else if (state.nowMs >= readDeadlineMs(state)) {
    request.sentMs = state.nowMs;
    state.out.send(leader, { type: "read-index", term, id: request.id });
  }
}

/** When a read request is to be repeated. */
export function readDeadlineMs(state: State): number {
  return state.readRequest === undefined ? Infinity : state.readRequest.sentMs + state.options.heartbeatIntervalMs;
}

/** The index may be ahead of what this follower knows to be committed; what it holds of that, it may now commit. */
export function onReadIndexReply(state: State, from: NodeId, message: ReadIndexReply): void {
  const request = state.readRequest;
  if (request?.id !== message.id || from !== state.leader) return;
  state.readRequest = undefined;
  learnCommit(state, message.index);
  for (const id of request.reads) state.out.now({ type: "read-ready", id, index: message.index });
}

/** The leader is gone, or this node leads no more: whoever waits is told to ask again. */
export function failReads(state: State): void {
  const own = (state.leading?.readRounds ?? [])
    .flatMap((round) => round.reads)
    .concat(state.leading?.waitingReads ?? []);
  const ids = own.filter((read) => read.from === undefined).map((read) => read.id);
  ids.push(...(state.readRequest?.reads ?? []), ...state.waitingReads);
  state.readRequest = undefined;
  state.waitingReads = [];
  for (const id of ids) state.out.now({ type: "read-failed", id, code: "NO_LEADER" });
}
