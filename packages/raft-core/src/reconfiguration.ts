import { appendMembership } from "./append.ts";
import { catchUp } from "./catch-up.ts";
import type { RaftErrorCode } from "./errors.ts";
import { type Membership, type NodeId, incarnationOf, isVoter } from "./membership.ts";
import {
  type MembershipChange,
  abandonedConfiguration,
  beginChange,
  finalConfiguration,
  isWithdrawal,
  jointConfiguration,
  newVoters,
  withIncarnations,
  withdrawnConfiguration,
} from "./membership-change.ts";
import type { Incarnation } from "./message.ts";
import { isPresent } from "./hear.ts";
import { becomeFollower } from "./roles.ts";
import { shortageIn } from "./shortage.ts";
import type { Leadership, State } from "./state.ts";
import { beginTransfer, bestSuccessor } from "./transfer.ts";

/*
 * A change of the configuration (§6, diss. §4). What is under way stands in the configuration itself, so that whoever
 * leads goes on with it:
 *
 *     stable ─→ with a target ─→ joint ─→ stable         new voters catch up first, as learners
 *     stable ─────────────────→ joint ─→ stable          voters leave, none comes
 *     stable ─→ stable                                    learners, addresses and incarnations: no quorum changes
 *
 * A change with a target is taken back by its failure, or by the removal of those who are to come.
 *
 * Each arrow is an entry, appended when the configuration before it is committed and the leader has committed in its own
 * term (the erratum to diss. §4.1).
 */

export function onChangeMembers(state: State, id: number, change: MembershipChange): void {
  const { leading } = state;
  if (leading === undefined) {
    const code = state.leader === undefined ? "NO_LEADER" : "NOT_LEADER";
    refuse(state, id, code, "only the leader changes the membership");
  } else if (leading.transfer !== undefined) {
    refuse(state, id, "TRANSFERRING", `${state.id} is handing over the lead`);
  } else {
    const pending = pendingStep(state, leading) ?? pendingChange(state, change);
    if (pending !== undefined) refuse(state, id, "MEMBERSHIP_PENDING", pending);
    else if (isWithdrawal(state.membership, change)) withdraw(state, leading, id, change);
    else begin(state, leading, id, change);
  }
}

function begin(state: State, leading: Leadership, id: number, change: MembershipChange): void {
  const next = beginChange(state.membership, change);
  const fault = typeof next === "string" ? next : shortageIn(state, leading, next);
  if (typeof next === "string" || fault !== undefined) {
    refuse(state, id, "MEMBERSHIP_REFUSED", fault ?? "it cannot be made");
    return;
  }
  leading.changes.push({ id });
  appendMembership(state, next);
}

/** Whoever asked for the voters to come is answered when it is committed that they do not. */
function withdraw(state: State, leading: Leadership, id: number, { remove = [] }: MembershipChange): void {
  for (const each of leading.changes) each.failure = `${remove.join(", ")} was removed before it had caught up`;
  leading.changes.push({ id });
  leading.catchUps.clear();
  appendMembership(state, withdrawnConfiguration(state.membership, remove));
}

function refuse(state: State, id: number, code: RaftErrorCode, reason: string): void {
  state.out.now({ type: "members-refused", id, code, reason });
}

/** Why nothing may be appended now. Entries that only record incarnations do not stand in the way. */
function pendingStep(state: State, { termStartIndex, recordedAt }: Leadership): string | undefined {
  const { commitIndex, membership, memberships, id } = state;
  const { outgoing, voters, founding } = membership;
  if (commitIndex < termStartIndex) return `${id} has committed nothing yet since it leads`;
  if (founding === true) return `not all founders have been heard: ${voters.join(", ")}`;
  if (outgoing.length > 0) return `the voters change from ${outgoing.join(", ")} to ${voters.join(", ")}`;
  const isCommitted = memberships.currentIndex <= commitIndex || memberships.currentIndex === recordedAt;
  return isCommitted ? undefined : "a step of another change is not committed yet";
}

/** Whose catching up must be waited for first, unless the change is to end that. */
function pendingChange({ membership }: State, change: MembershipChange): string | undefined {
  if (membership.target === undefined || isWithdrawal(membership, change)) return undefined;
  return `${newVoters(membership).join(", ")} must catch up first, or be removed`;
}

/** The leader's next step of the change under way, if there is one and the time has come. */
export function driveReconfiguration(state: State, leading: Leadership): void {
  const { membership, memberships, commitIndex } = state;
  if (commitIndex < leading.termStartIndex || memberships.currentIndex > commitIndex) return;
  if (leading.transfer !== undefined) return;
  if (membership.outgoing.length > 0) appendMembership(state, finalConfiguration(membership));
  else if (membership.target !== undefined) promoteWhoCaughtUp(state, leading);
  else settle(state, leading);
}

function promoteWhoCaughtUp(state: State, leading: Leadership): void {
  const result = catchUp(state, leading);
  if (result === "pending") return;
  leading.catchUps.clear();
  const failure = result === "done" ? shortageIn(state, leading, state.membership) : result.failure;
  if (failure === undefined) {
    appendMembership(state, jointConfiguration(withHeard(state, leading)));
    return;
  }
  for (const each of leading.changes) each.failure = failure;
  appendMembership(state, abandonedConfiguration(state.membership));
}

/** The configuration is committed and leads to no other: the change is done, and a leader that it has put out goes. */
function settle(state: State, leading: Leadership): void {
  const { membership } = state;
  for (const { id, failure } of leading.changes.splice(0)) {
    if (failure === undefined) state.out.now({ type: "members-changed", id, membership });
    else refuse(state, id, "MEMBERSHIP_REFUSED", failure);
  }
  if (isVoter(membership, state.id)) recordIncarnations(state, leading);
  else leave(state, leading);
}

/** Hands the lead to the best of those that are left; until then it leads them, and counts itself nowhere (diss. §4.2.2). */
function leave(state: State, leading: Leadership): void {
  // Those that go with it would hear of that from nobody else.
  if ([...leading.departing.values()].some(({ progress }) => isPresent(state, progress))) return;
  const to = bestSuccessor(state, leading);
  if (to === undefined) becomeFollower(state, state.term, undefined);
  else beginTransfer(state, leading, to, { isLeaving: true });
}

function recordIncarnations(state: State, leading: Leadership): void {
  const known = withHeard(state, leading);
  if (known === state.membership) return;
  appendMembership(state, known);
  leading.recordedAt = state.log.lastIndex;
}

/** The configuration with the incarnations of those who have been heard since; itself where there are none. */
function withHeard(state: State, leading: Leadership): Membership {
  const { membership } = state;
  if (isAllRecorded(state, leading)) return membership;
  const heard = new Map<NodeId, Incarnation>();
  for (const { id, incarnation } of [...leading.followers.values(), state]) {
    if (incarnation !== undefined && incarnationOf(membership, id) === undefined) heard.set(id, incarnation);
  }
  const isFoundingPending = membership.founding === true && !membership.voters.every((id) => heard.has(id));
  return isFoundingPending ? membership : withIncarnations(membership, heard);
}

/** Asked in every turn of a leader. */
function isAllRecorded({ membership, id, incarnation }: State, { followers }: Leadership): boolean {
  for (const each of followers.values()) {
    if (each.incarnation !== undefined && incarnationOf(membership, each.id) === undefined) return false;
  }
  return incarnation === undefined || incarnationOf(membership, id) !== undefined;
}
