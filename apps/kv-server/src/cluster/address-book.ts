import type { Member, NodeId, Transport } from "@quorate/raft-core";

/**
 * Where nodes are reached. The membership in the log says it, so a node learns of new members, and of those that have
 * moved, with the log; but what the operator gives this node wins. That is how a cluster moves to other addresses as a
 * whole, which it could not agree on as long as it is apart.
 *
 * One address serves both links between nodes, Raft's and the requests of clients that are carried to the leader.
 */
export class AddressBook {
  readonly #given: ReadonlyMap<NodeId, string>;

  constructor(given: readonly Member[]) {
    this.#given = new Map(given.map((member) => [member.id, member.address]));
  }

  current(member: Member): Member {
    return { id: member.id, address: this.#given.get(member.id) ?? member.address };
  }

  /** `transport`, told of the addresses that count. */
  applyTo(transport: Transport): Transport {
    return {
      start: (handler) => transport.start(handler),
      setMembers: (members) => transport.setMembers(members.map((member) => this.current(member))),
      send: (to, message) => transport.send(to, message),
      close: () => transport.close(),
    };
  }
}
