import { assert } from "./assert.ts";
import { acknowledged } from "./commit.ts";
import type { Entry } from "./entry.ts";
import { broadcastHeartbeat, listenersOf } from "./heartbeat.ts";
import { hear } from "./hear.ts";
import { renewLease } from "./lease.ts";
import type { NodeId } from "./membership.ts";
import type { AppendEntriesReply, HeartbeatReply } from "./message.ts";
import type { Progress } from "./progress.ts";
import { isQuorum } from "./quorum.ts";
import { confirmReadRounds } from "./read-index.ts";
import { becomeFollower } from "./roles.ts";
import { repeatChunk, sendSnapshot } from "./snapshot-sender.ts";
import type { Leadership, State } from "./state.ts";

/** Sends every follower what it lacks and may be sent. Once a turn: what the turn appended goes out as one message. */
export function replicate(state: State, leading: Leadership): void {
  for (const progress of listenersOf(leading)) {
    while (hasWork(state, progress) && progress.canSend(state.options)) {
      if (!sendAppend(state, progress)) break;
    }
  }
}

/** A probe asks even when there is nothing to send: until it is answered the follower is not known to match. */
function hasWork(state: State, progress: Progress): boolean {
  return progress.state === "probe" || progress.nextIndex <= state.log.lastIndex;
}

/** Whether a message went out; else entries are being loaded, or a snapshot is under way. */
function sendAppend(state: State, progress: Progress): boolean {
  const { log, options } = state;
  const { nextIndex } = progress;
  if (log.termAt(nextIndex - 1) === undefined) {
    sendSnapshot(state, progress);
    return false;
  }
  const entries = log.slice(nextIndex, log.lastIndex, options.appendBytesMax);
  if (entries === undefined) {
    progress.loading = state.newId();
    state.loads.set(progress.loading, { type: "follower", progress, fromIndex: nextIndex });
    const toIndex = log.lastIndex;
    state.out.now({
      type: "load",
      id: progress.loading,
      fromIndex: nextIndex,
      toIndex,
      maxBytes: options.appendBytesMax,
    });
    return false;
  }
  sendEntries(state, progress, entries);
  return true;
}

/** Sends `entries`, which begin at `nextIndex` or are none. */
export function sendEntries(state: State, progress: Progress, entries: readonly Entry[]): void {
  sendAppendEntries(state, progress, entries);
  let bytes = 0;
  for (const entry of entries) bytes += entry.sizeBytes;
  progress.sent(progress.nextIndex - 1 + entries.length, bytes, state.nowMs);
}

function sendAppendEntries(state: State, progress: Progress, entries: readonly Entry[]): void {
  const { term, commitIndex } = state;
  const prevIndex = progress.nextIndex - 1;
  const prevTerm = state.log.termAt(prevIndex);
  assert(prevTerm !== undefined, `entry ${prevIndex}, which precedes what is sent, is not in the log`);
  state.out.send(progress.id, { type: "append-entries", term, prevIndex, prevTerm, entries, commitIndex });
}

export function onAppendEntriesReply(
  state: State,
  leading: Leadership,
  from: NodeId,
  message: AppendEntriesReply,
): void {
  const progress = hear(state, leading, from, message);
  if (progress === undefined) return;
  if (!message.accepted) {
    onRejected(state, progress, message);
    return;
  }
  if (message.matchIndex > state.log.lastIndex) {
    state.out.now({
      type: "suspect",
      peer: from,
      reason: `acknowledged entry ${message.matchIndex}, which was never sent`,
    });
    return;
  }
  acknowledged(state, progress, message.matchIndex);
}

/** The logs part before prevIndex: go back, over whole terms, to where they may agree (§5.3). */
function onRejected(state: State, progress: Progress, message: AppendEntriesReply): void {
  const { prevIndex, hintIndex, hintTerm } = message;
  const isStale = prevIndex <= progress.matchIndex || prevIndex >= progress.nextIndex;
  if (isStale || progress.state === "snapshot") return;
  const agreement = state.log.lastAgreement(Math.min(hintIndex, prevIndex - 1), hintTerm);
  progress.becomeProbe(agreement + 1);
}

/**
 * CheckQuorum (diss. §6.2): a leader that no majority answers steps down, so that its clients look for another; and so
 * does one whose own disk does not answer.
 */
export function onLeaderTick(state: State, leading: Leadership): void {
  const { checkQuorum, electionTimeoutMaxMs, heartbeatIntervalMs } = state.options;
  const since = state.nowMs - electionTimeoutMaxMs;
  const answers = (id: NodeId): boolean =>
    id === state.id || (leading.followers.get(id)?.lastContactMs ?? -Infinity) >= since;
  if (state.isDiskStalled || (checkQuorum && !isQuorum(state.membership, answers))) {
    becomeFollower(state, state.term, undefined);
    return;
  }
  leading.checkDeadlineMs = state.nowMs + heartbeatIntervalMs;
  if (state.nowMs >= leading.heartbeatDeadlineMs) broadcastHeartbeat(state, leading);
}

/** When a leader wants its next tick. */
export function leaderDeadlineMs({ heartbeatDeadlineMs, checkDeadlineMs }: Leadership): number {
  return Math.min(heartbeatDeadlineMs, checkDeadlineMs);
}

export function onHeartbeatReply(state: State, leading: Leadership, from: NodeId, message: HeartbeatReply): void {
  if (message.round > leading.round) return;
  const progress = hear(state, leading, from, message);
  if (progress === undefined) return;
  progress.priority = message.priority ?? 1;
  progress.ackedRound = Math.max(progress.ackedRound, message.round);
  renewLease(state, leading);
  confirmReadRounds(state, leading);
  if (progress.state === "snapshot") repeatChunk(state, progress);
  else if (progress.state === "probe") progress.probeAgain();
  // It has restarted, and does not know any more that its log is this leader's: an answered probe tells it.
  else if (message.matchIndex < progress.matchIndex) progress.becomeProbe(progress.matchIndex + 1);
  else nudge(state, progress);
}

/**
 * The follower is alive, but has not answered for two heartbeats: either the messages or the answers were lost. An empty
 * AppendEntries brings the one to light by a rejection, the other by a repeated acknowledgement.
 */
function nudge(state: State, progress: Progress): void {
  const patienceMs = 2 * state.options.heartbeatIntervalMs;
  const oldestMs = progress.oldestInflightMs;
  if (oldestMs === undefined || state.nowMs - Math.max(oldestMs, progress.nudgedMs) < patienceMs) return;
  progress.nudgedMs = state.nowMs;
  if (state.log.termAt(progress.nextIndex - 1) === undefined) sendSnapshot(state, progress);
  else sendAppendEntries(state, progress, []);
}

/** The transport lost messages to the follower: what was sent optimistically may not have arrived. */
export function onUnreachable(leading: Leadership, peer: NodeId): void {
  const progress = leading.followers.get(peer);
  if (progress?.state === "replicate") progress.becomeProbe(progress.matchIndex + 1);
}
