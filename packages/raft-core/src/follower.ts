import { appendToLog, truncateLog } from "./append.ts";
import { learnCommit } from "./commit.ts";
import type { Entry } from "./entry.ts";
import { type NodeId, decodeMembership } from "./membership.ts";
import type { AppendEntries, Heartbeat } from "./message.ts";
import { becomeFollower, restartElectionTimer } from "./roles.ts";
import type { State } from "./state.ts";

/**
 * A message that only the leader of the current term sends has arrived: it leads, and lives. Counts even if what it asks
 * must be refused, else a follower that lags behind would call for elections. False if the sender cannot be the leader.
 */
export function acceptLeader(state: State, from: NodeId): boolean {
  const known = state.role === "leader" ? state.id : state.leader;
  if (known !== undefined && known !== from) {
    state.out.now({ type: "suspect", peer: from, reason: `claims term ${state.term}, which ${known} leads` });
    return false;
  }
  state.electionAttempts = 0;
  becomeFollower(state, state.term, from);
  state.leaderContactMs = state.nowMs;
  // A timeout from when elections came to nothing would make this node slow to notice that this leader is gone.
  const isTooLong = state.electionTimeoutMs > state.options.electionTimeoutMaxMs;
  restartElectionTimer(state, isTooLong ? "draw" : "keep");
  return true;
}

export function onHeartbeat(state: State, from: NodeId, message: Heartbeat): void {
  if (!acceptLeader(state, from)) return;
  learnCommit(state, message.commitIndex);
  const { term, verifiedIndex: matchIndex, incarnation } = state;
  const priority = state.options.priority === 1 ? undefined : state.options.priority;
  const reply = { type: "heartbeat-reply", term, round: message.round, matchIndex, incarnation, priority } as const;
  if (state.isHardStateDurable) state.out.send(from, reply);
  else state.out.sendDurably(from, reply);
}

/** AppendEntries as of fig. 2. */
export function onAppendEntries(state: State, from: NodeId, message: AppendEntries): void {
  if (!acceptLeader(state, from)) return;
  const fault = faultOf(message) ?? contradictionOf(state, message);
  if (fault !== undefined) {
    state.out.now({ type: "suspect", peer: from, reason: fault });
    return;
  }
  const { prevIndex } = message;
  if (prevIndex > state.commitIndex && state.log.termAt(prevIndex) !== message.prevTerm) {
    reject(state, from, message);
    return;
  }
  takeOver(state, message.entries);
  // What is committed here is in the leader's log too (leader completeness, §5.4.3), so it matches whatever prev says.
  const matchIndex = Math.max(state.commitIndex, prevIndex + message.entries.length);
  state.verifiedIndex = Math.max(state.verifiedIndex, matchIndex);
  learnCommit(state, message.commitIndex);
  const { term, incarnation } = state;
  const success = {
    type: "append-entries-reply",
    term,
    accepted: true,
    prevIndex,
    matchIndex,
    hintIndex: 0,
    hintTerm: 0,
    incarnation,
  } as const;
  state.out.sendDurably(from, success);
}

/** Rejects prev, and names the last position that the leader's log can still share with this one. */
function reject(state: State, to: NodeId, message: AppendEntries): void {
  const { term, log, incarnation } = state;
  const { prevIndex } = message;
  const hintIndex = log.lastAgreement(prevIndex, message.prevTerm);
  const hintTerm = log.termAt(hintIndex) ?? 0;
  const reply = {
    type: "append-entries-reply",
    term,
    accepted: false,
    prevIndex,
    matchIndex: 0,
    hintIndex,
    hintTerm,
    incarnation,
  } as const;
  state.out.sendDurably(to, reply);
}

/** Appends what is new. Only a real conflict, another term at the same index, cuts the log (§5.3). */
function takeOver(state: State, entries: readonly Entry[]): void {
  const { log } = state;
  const start = entries.findIndex((entry) => entry.index > state.commitIndex && log.termAt(entry.index) !== entry.term);
  const first = entries[start];
  if (first === undefined) return;
  if (first.index <= log.lastIndex) truncateLog(state, first.index);
  appendToLog(state, start === 0 ? entries : entries.slice(start));
}

/** What no correct leader sends, in words. */
function faultOf({ prevIndex, prevTerm, entries, term }: AppendEntries): string | undefined {
  let index = prevIndex;
  let latestTerm = prevTerm;
  for (const entry of entries) {
    if (entry.index !== index + 1) return `entry ${entry.index} stands behind entry ${index}`;
    if (entry.term < latestTerm) return `entry ${entry.index} is of an earlier term than the one before it`;
    const fault = membershipFaultOf(entry);
    if (fault !== undefined) return fault;
    index = entry.index;
    latestTerm = entry.term;
  }
  return latestTerm > term ? `entry ${index} is of term ${latestTerm}, later than the message's` : undefined;
}

function membershipFaultOf(entry: Entry): string | undefined {
  if (entry.kind !== "membership") return undefined;
  try {
    decodeMembership(entry.data);
    return undefined;
  } catch (error) {
    return `entry ${entry.index} is no configuration: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Committed entries never change; a leader that says otherwise is none, or some node has lost what it had promised. */
function contradictionOf(state: State, message: AppendEntries): string | undefined {
  const { commitIndex } = state;
  const { prevIndex, prevTerm, entries } = message;
  if (prevIndex > commitIndex) return undefined;
  if (contradicts(state, prevIndex, prevTerm)) return `entry ${prevIndex} contradicts the committed one`;
  for (const { index, term } of entries) {
    if (index > commitIndex) return undefined;
    if (contradicts(state, index, term)) return `entry ${index} contradicts the committed one`;
  }
  return undefined;
}

function contradicts({ log }: State, index: number, term: number): boolean {
  return index >= log.base.index && log.termAt(index) !== term;
}
