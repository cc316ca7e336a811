import type { NodeId } from "./membership.ts";
import { confirmedRound } from "./quorum.ts";
import type { Leadership, State } from "./state.ts";

/*
 * Lease reads (diss. §6.4.1). A follower that heard its leader helps nobody else to the lead for a minimum election
 * timeout. So once a quorum has answered a round of heartbeats there is no other leader until that time after the round
 * was *sent* has passed, on the slowest clock that the drift bound allows. Nothing else may shorten that loyalty: a node
 * that has just restarted withholds its vote for as long, and a leader that asks another to stand gives up its lease for
 * the rest of its term, since the request may be delivered at any time.
 */

/** A round of heartbeats begins now. */
export function beginLeaseRound(state: State, leading: Leadership): void {
  if (state.options.leaseDriftMax === undefined) return;
  leading.roundStarts.push({ round: leading.round, startMs: state.nowMs });
  // Nobody answers a leader that is its own majority.
  renewLease(state, leading);
}

/** A follower has answered a round: perhaps a quorum has now. */
export function renewLease(state: State, leading: Leadership): void {
  const { leaseDriftMax, electionTimeoutMinMs } = state.options;
  if (leaseDriftMax === undefined) return;
  const confirmed = confirmedRound(state, leading);
  const answered = leading.roundStarts.findLast(({ round }) => round <= confirmed);
  if (answered === undefined) return;
  leading.roundStarts = leading.roundStarts.filter(({ round }) => round > confirmed);
  const leaseMs = (electionTimeoutMinMs * (1 - leaseDriftMax)) / (1 + leaseDriftMax);
  leading.leaseUntilMs = Math.max(leading.leaseUntilMs, answered.startMs + leaseMs);
}

/** Whether a read may be answered at the commit index without asking anybody. */
export function holdsLease(state: State, leading: Leadership): boolean {
  if (state.options.leaseDriftMax === undefined || leading.isLeaseForfeit) return false;
  return state.nowMs < leading.leaseUntilMs && state.commitIndex >= leading.termStartIndex;
}

/** The process was paused, or the quorum is another one now: what was answered before counts no more. */
export function voidLease(leading: Leadership): void {
  leading.leaseUntilMs = -Infinity;
  leading.roundStarts = [];
}

/** A leader has a turn with every heartbeat. If it had none for longer, its clock may have stood still meanwhile, too. */
export function noticePause(state: State, nowMs: number): void {
  const { leading } = state;
  if (leading !== undefined && nowMs - state.nowMs > 2 * state.options.heartbeatIntervalMs) voidLease(leading);
}

/**
 * Whether this node has promised its loyalty to another leader than `candidate`, perhaps before it was started, and the
 * promise still holds. That it has learned of a later term since, and knows no leader any more, takes nothing back.
 */
export function isLoyaltyOwed(state: State, candidate: NodeId): boolean {
  const { leaseDriftMax, electionTimeoutMinMs } = state.options;
  if (leaseDriftMax === undefined || state.leader === candidate) return false;
  const promisedMs = Math.max(state.leaderContactMs, state.term > 0 ? state.startedMs : -Infinity);
  return state.nowMs - promisedMs < electionTimeoutMinMs;
}
