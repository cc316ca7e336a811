import { campaign } from "./election.ts";
import { noteEndedLead } from "./ended-leads.ts";
import type { RaftErrorCode } from "./errors.ts";
import { isPresent } from "./hear.ts";
import type { NodeId } from "./membership.ts";
import type { Progress } from "./progress.ts";
import { becomeFollower } from "./roles.ts";
import type { Leadership, State, Transfer } from "./state.ts";

/*
 * Handing over the lead (diss. §3.10), in three steps: the target catches up while the leader goes on as ever; then the
 * leader takes no more proposals until the target holds the whole log, committed and applied here, so that nothing is
 * left in doubt; then the target is asked to stand at once. Whatever goes wrong, the fence falls after an election
 * timeout and the leader leads on.
 */

/** How many election timeouts after the lead has ended to wait for the news of who leads next. */
const NEWS_TIMEOUTS = 4;

export function onTransfer(state: State, id: number, to: NodeId | undefined): void {
  const { leading } = state;
  if (leading === undefined) {
    const code = state.leader === undefined ? "NO_LEADER" : "NOT_LEADER";
    fail(state, id, code, `${state.id} has no lead to hand over`);
    return;
  }
  const { transfer } = leading;
  if (transfer !== undefined) {
    if (to === undefined || to === transfer.to) transfer.ids.push(id);
    else fail(state, id, "TRANSFERRING", `the lead is on its way to ${transfer.to}`);
    return;
  }
  if (to === state.id) {
    state.out.now({ type: "transferred", id, to });
    return;
  }
  const target = to ?? bestSuccessor(state, leading);
  const fault = faultOf(state, leading, target);
  if (target === undefined || fault !== undefined) fail(state, id, "TRANSFER_REFUSED", fault ?? "nobody could lead");
  else beginTransfer(state, leading, target, { id });
}

function faultOf(state: State, leading: Leadership, target: NodeId | undefined): string | undefined {
  if (target === undefined) return "no other voter is there that could lead";
  if (!state.membership.voters.includes(target)) return `${target} is no voter`;
  if (leading.followers.get(target)?.priority === 0) return `${target} never leads: its priority is 0`;
  return undefined;
}

/** The most advanced voter that is there and may lead. */
export function bestSuccessor(state: State, leading: Leadership): NodeId | undefined {
  const able = state.membership.voters
    .map((id) => leading.followers.get(id))
    .filter((each): each is Progress => each !== undefined && each.priority > 0 && isPresent(state, each));
  const best = able.toSorted(
    (a, b) => b.matchIndex - a.matchIndex || b.priority - a.priority || (a.id < b.id ? -1 : 1),
  );
  return best[0]?.id;
}

export function beginTransfer(
  state: State,
  leading: Leadership,
  to: NodeId,
  { id, isLeaving = false }: { readonly id?: number; readonly isLeaving?: boolean } = {},
): void {
  leading.transfer = {
    ids: id === undefined ? [] : [id],
    to,
    isLeaving,
    startMs: state.nowMs,
    targetIndex: state.log.lastIndex,
    fencedMs: undefined,
    askedMs: undefined,
  };
}

/** The leader's next step of the transfer under way. */
export function driveTransfer(state: State, leading: Leadership): void {
  const { transfer } = leading;
  if (transfer === undefined) return;
  const progress = leading.followers.get(transfer.to);
  const failure =
    progress === undefined ? `${transfer.to} is no member any more` : failureOf(state, transfer, progress);
  if (progress === undefined || failure !== undefined) {
    giveUp(state, leading, failure ?? "");
    return;
  }
  if (progress.matchIndex >= transfer.targetIndex) transfer.fencedMs ??= state.nowMs;
  if (transfer.fencedMs === undefined || !isReady(state, transfer.fencedMs, progress)) return;
  const patienceMs = state.options.heartbeatIntervalMs;
  if (transfer.askedMs !== undefined && state.nowMs - transfer.askedMs < patienceMs) return;
  transfer.askedMs = state.nowMs;
  leading.isLeaseForfeit = true;
  state.out.send(transfer.to, { type: "timeout-now", term: state.term });
  if (transfer.isLeaving) becomeFollower(state, state.term, undefined);
}

/** The target holds everything, and whoever has proposed something has had the answer, unless that takes too long. */
function isReady(state: State, fencedMs: number, progress: Progress): boolean {
  const { lastIndex } = state.log;
  const isHurried = state.nowMs - fencedMs > state.options.electionTimeoutMaxMs / 2;
  if (progress.matchIndex < lastIndex || state.commitIndex < lastIndex) return false;
  return isHurried || state.appliedIndex === lastIndex;
}

function failureOf(state: State, transfer: Transfer, progress: Progress): string | undefined {
  const { electionTimeoutMaxMs, catchUpTimeoutMs } = state.options;
  const { to, fencedMs, askedMs, startMs } = transfer;
  if (!isPresent(state, progress)) return `${to} has not been heard for ${electionTimeoutMaxMs} ms`;
  const isCatchUpOver = fencedMs === undefined && state.nowMs - startMs >= catchUpTimeoutMs;
  const isFenceOver = fencedMs !== undefined && state.nowMs - fencedMs >= electionTimeoutMaxMs;
  if (!isCatchUpOver && !isFenceOver) return undefined;
  return askedMs === undefined ? `${to} did not catch up in time` : `${to} was asked to stand, but was not elected`;
}

function giveUp(state: State, leading: Leadership, failure: string): void {
  const { transfer } = leading;
  leading.transfer = undefined;
  if (transfer === undefined) return;
  noteEndedLead(state, transfer.to);
  const code = transfer.askedMs === undefined ? "TRANSFER_REFUSED" : "TRANSFER_FAILED";
  for (const id of transfer.ids) fail(state, id, code, failure);
  if (transfer.isLeaving) becomeFollower(state, state.term, undefined);
}

function fail(state: State, id: number, code: RaftErrorCode, reason: string): void {
  state.out.now({ type: "transfer-failed", id, code, reason });
}

/** The leader asks this node to take over: it stands at once, whatever its timer says. */
export function onTimeoutNow(state: State, from: NodeId): void {
  if (state.leader !== from || state.role !== "follower") return;
  if (!state.isVoter || state.options.priority === 0 || state.isDiskStalled) return;
  campaign(state, "transfer");
}

/** A node that has handed over its lead says what came of it, as soon as it knows who leads now. */
export function settleTransfer(state: State): void {
  const { handedOver: transfer, leader } = state;
  if (transfer === undefined || (leader === undefined && state.nowMs < transferDeadlineMs(state))) return;
  state.handedOver = undefined;
  const { ids, to } = transfer;
  if (leader !== to) noteEndedLead(state, to);
  for (const id of ids) {
    if (leader === to) state.out.now({ type: "transferred", id, to });
    else fail(state, id, "TRANSFER_FAILED", `${leader ?? "nobody"} leads now instead of ${to}`);
  }
}

export function transferDeadlineMs({ handedOver, options }: State): number {
  if (handedOver === undefined) return Infinity;
  return (handedOver.askedMs ?? handedOver.startMs) + NEWS_TIMEOUTS * options.electionTimeoutMaxMs;
}
