import { type Member, type NodeId, type Raft, isMember } from "@quorate/raft-core";

/** What the runtime needs of the algorithm: `Raft`, or a scripted stand-in for it. */
export type Core = Pick<
  Raft,
  | "id"
  | "role"
  | "term"
  | "leader"
  | "commitIndex"
  | "firstIndex"
  | "lastIndex"
  | "membership"
  | "peers"
  | "incarnation"
  | "isForgotten"
  | "snapshot"
  | "deadlineMs"
  | "step"
  | "memberOf"
  | "membershipAt"
  | "followers"
  | "election"
  | "transferTo"
>;

/** The node `id` with the address where it is or was reached last, as far as the log knows it. */
export function memberOf(core: Pick<Core, "memberOf">, id: NodeId | undefined): Member | undefined {
  return id === undefined ? undefined : core.memberOf(id);
}

/** Why this node knows no leader, and what to do. */
export function leaderlessness({
  id,
  membership,
  isForgotten,
}: Pick<Core, "id" | "membership" | "isForgotten">): string {
  const { voters, founding } = membership;
  if (voters.length === 0) return `${id} waits to be added to a cluster; ask a node that belongs to one`;
  if (isForgotten) return `${id} has lost what it had stored and is not counted; ask another node`;
  if (!isMember(membership, id)) return `${id} is no member of the cluster any more; ask another node`;
  if (founding === true && voters.length > 1)
    return `the cluster is founded as soon as all its founders are there: ${voters.join(", ")}`;
  return "no leader is known; try again after an election timeout";
}
