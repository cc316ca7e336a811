import type { Member, NodeId, Transport } from "@quorate/raft-core";

/**
 * Where nodes are reached. The log knows every member's address, but what the operator gives this node wins: that is how
 * a cluster moves to other addresses without having to agree on it first, which it could not as long as it is apart.
 */
export class AddressBook {
  readonly #given: ReadonlyMap<NodeId, string>;

  constructor(members: readonly Member[]) {
    this.#given = new Map(members.map((member) => [member.id, member.address]));
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
