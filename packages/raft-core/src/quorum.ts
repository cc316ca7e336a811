import type { Membership, NodeId } from "./membership.ts";
import type { Leadership, State } from "./state.ts";

/**
 * How many of `count` voters must agree: a majority, but in the first configuration all. That one does not name the
 * founders' incarnations, so one of them, its disk lost since, could promise the opposite of what it had promised, and
 * together with another that has heard of nothing found the cluster a second time. The configuration that the first
 * leader records names them all; every majority of it holds a founder, and not all founders are without it.
 */
function needed({ founding }: Membership, count: number): number {
  return founding === true ? count : Math.floor(count / 2) + 1;
}

/** Both halves of a joint configuration must agree; an empty set of outgoing voters always does (§6). */
function halves(membership: Membership): readonly (readonly NodeId[])[] {
  return membership.outgoing.length === 0 ? [membership.voters] : [membership.voters, membership.outgoing];
}

/** Whether those for whom `agrees` is true are a quorum. Learners are not asked. */
export function isQuorum(membership: Membership, agrees: (id: NodeId) => boolean): boolean {
  return halves(membership).every((voters) => voters.filter(agrees).length >= needed(membership, voters.length));
}

/** `lost`: not even all who have not answered yet could turn it. */
export function voteResult(membership: Membership, votes: ReadonlyMap<NodeId, boolean>): "won" | "lost" | "pending" {
  if (isQuorum(membership, (id) => votes.get(id) === true)) return "won";
  return isQuorum(membership, (id) => votes.get(id) !== false) ? "pending" : "lost";
}

/** The highest value that a quorum has reached: of matched indexes, what is replicated; of rounds, what is confirmed. */
export function quorumValue(membership: Membership, valueOf: (id: NodeId) => number): number {
  let reached = Infinity;
  for (const voters of halves(membership)) {
    reached = Math.min(reached, reachedBy(voters, needed(membership, voters.length), valueOf));
  }
  return reached;
}

/** The highest of the voters' values that `count` of them have reached. Called for every answer: it must not sort. */
function reachedBy(voters: readonly NodeId[], count: number, valueOf: (id: NodeId) => number): number {
  let highest = -Infinity;
  for (const id of voters) {
    const value = valueOf(id);
    if (value <= highest) continue;
    let agreeing = 0;
    for (const other of voters) if (valueOf(other) >= value) agreeing += 1;
    if (agreeing >= count) highest = value;
  }
  return voters.length === 0 ? 0 : highest;
}

/** The latest round of heartbeats that a quorum has answered; the leader always has. */
export function confirmedRound({ id: self, membership }: State, { round, followers }: Leadership): number {
  return quorumValue(membership, (id) => (id === self ? round : (followers.get(id)?.ackedRound ?? 0)));
}
