import { type Member, type NodeId, type Raft, addressOf } from "@quorate/raft-core";

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
  | "membershipAt"
  | "followers"
  | "election"
  | "transferTo"
>;

/** The node `id` with its address, as far as the configuration in force knows it. */
export function memberOf(core: Pick<Core, "membership">, id: NodeId | undefined): Member | undefined {
  return id === undefined ? undefined : { id, address: addressOf(core.membership, id) };
}
