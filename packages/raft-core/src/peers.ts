import { type Member, type NodeId, membersOf } from "./membership.ts";
import type { State } from "./state.ts";

/**
 * Whom this node must reach: the members, of course, but a configuration that is not committed yet may have been sent by
 * a leader that it puts out, and may be taken back. So also those whom it would take back, the leader until there is
 * another, and those whom this leader still has to tell that they are members no more. A leader that the log does not
 * name has no address here, and needs none: it is answered on the connection that it has made.
 */
export function peersOf({ memberships, commitIndex, leader, leading }: State): readonly Member[] {
  const ids = new Set<NodeId>();
  for (const membership of memberships.since(commitIndex)) for (const { id } of membersOf(membership)) ids.add(id);
  if (leader !== undefined) ids.add(leader);
  for (const id of leading?.departing.keys() ?? []) ids.add(id);
  return [...ids].flatMap((id) => memberships.memberOf(id) ?? []);
}
