import type { Member, Membership, MembershipChange } from "@quorate/raft-core";
import { RaftError, membersOf } from "@quorate/raft-core";
import type { KvNode, WaitOptions } from "./kv-node.ts";

/** The change, if this node leads. No two members may have one address: one of them would get what is the other's. */
export function changeMembers(node: KvNode, change: MembershipChange, options: WaitOptions): Promise<Membership> {
  const { role, membership } = node.status();
  // What a follower knows may be out of date; it is refused anyway.
  const taken = role === "leader" ? takenAddress(membership, change) : undefined;
  if (taken !== undefined) {
    const { id, address } = taken;
    return Promise.reject(new RaftError("MEMBERSHIP_REFUSED", `not done: ${address} is the address of ${id}`));
  }
  return node.changeMembers(change, options);
}

function takenAddress(membership: Membership, { add = [], readdress = [] }: MembershipChange): Member | undefined {
  const members = membersOf(membership);
  return [...add, ...readdress]
    .map(({ id, address }) => members.find((member) => member.address === address && member.id !== id))
    .find((member) => member !== undefined);
}
