import { appendToLog } from "./append.ts";
import { catchUp } from "./catch-up.ts";
import { Entry } from "./entry.ts";
import type { RaftErrorCode } from "./errors.ts";
import { type Membership, type NodeId, encodeMembership, incarnationOf, isVoter } from "./membership.ts";
import {
  type MembershipChange,
  abandonedConfiguration,
  beginChange,
  finalConfiguration,
  jointConfiguration,
  withIncarnations,
} from "./membership-change.ts";
import type { Incarnation } from "./message.ts";
import { isPresent } from "./hear.ts";
import { becomeFollower } from "./roles.ts";
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
  } else if (!isSettled(state, leading)) {
    refuse(state, id, "MEMBERSHIP_PENDING", "another change is under way, or this leader has committed nothing yet");
  } else {
    const next = beginChange(state.membership, change);
    if (typeof next === "string") {
      refuse(state, id, "MEMBERSHIP_REFUSED", next);
      return;
    }
    leading.change = { id };
    appendMembership(state, next);
  }
}

function refuse(state: State, id: number, code: RaftErrorCode, reason: string): void {
  state.out.now({ type: "members-refused", id, code, reason });
}

/** Whether a change may begin. Entries that only record incarnations do not stand in its way. */
function isSettled(state: State, { termStartIndex, change, recordedAt }: Leadership): boolean {
  const { commitIndex, membership, memberships } = state;
  if (commitIndex < termStartIndex || change !== undefined || membership.target !== undefined) return false;
  // The last step of a change that was inherited may not be committed yet.
  return memberships.currentIndex <= commitIndex || memberships.currentIndex === recordedAt;
}

function appendMembership(state: State, membership: Membership): void {
  appendToLog(state, [new Entry(state.log.lastIndex + 1, state.term, "membership", encodeMembership(membership))]);
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
  if (result === "done") {
    appendMembership(state, jointConfiguration(withHeard(state, leading)));
    return;
  }
  if (leading.change !== undefined) leading.change.failure = result.failure;
  appendMembership(state, abandonedConfiguration(state.membership));
}

/** The configuration is committed and leads to no other: the change is done, and a leader that it has put out goes. */
function settle(state: State, leading: Leadership): void {
  const { change } = leading;
  const { membership } = state;
  leading.change = undefined;
  if (change?.failure !== undefined) refuse(state, change.id, "MEMBERSHIP_REFUSED", change.failure);
  else if (change !== undefined) state.out.now({ type: "members-changed", id: change.id, membership });
  if (isVoter(membership, state.id)) recordIncarnations(state, leading);
  else leave(state, leading);
}

/** Hands the lead to the best of those that are left; until then it leads them, and counts itself nowhere (diss. §4.2.2). */
function leave(state: State, leading: Leadership): void {
  // Those that go with it would hear of that from nobody else.
  if ([...leading.departing.values()].some(({ progress }) => isPresent(state, progress))) return;
  const to = bestSuccessor(state, leading);
  if (to === undefined) becomeFollower(state, state.term, undefined);
  else beginTransfer(state, leading, { id: undefined, to, isLeaving: true });
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
  const heard = new Map<NodeId, Incarnation>();
  for (const { id, incarnation } of [...leading.followers.values(), state]) {
    if (incarnation !== undefined && incarnationOf(membership, id) === undefined) heard.set(id, incarnation);
  }
  return heard.size === 0 ? membership : withIncarnations(membership, heard);
}
