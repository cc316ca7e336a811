import {
  type Effect,
  type ElectionStatus,
  type Input,
  type Member,
  type Membership,
  type NodeId,
  type Role,
  addressOf,
  membersOf,
  membershipOf,
} from "@quorate/raft-core";
import type { Core } from "../../src/core.ts";

/** A core that answers what the test tells it to. */
export class ScriptedCore implements Core {
  readonly id: NodeId = "n1";
  role: Role = "follower";
  term = 1;
  leader: NodeId | undefined;
  commitIndex = 0;
  firstIndex = 1;
  lastIndex = 0;
  membership: Membership = membershipOf([
    { id: "n1", address: "host-1" },
    { id: "n2", address: "host-2" },
  ]);
  /** Besides the members. */
  otherPeers: readonly Member[] = [];

  get peers(): readonly Member[] {
    return [...membersOf(this.membership), ...this.otherPeers];
  }

  readonly incarnation = 1;
  readonly isForgotten = false;
  readonly snapshot = undefined;
  readonly transferTo = undefined;
  deadlineMs = Infinity;
  readonly inputs: Input[] = [];
  /** What the next step returns. */
  next: readonly Effect[] = [];
  answer: (input: Input) => readonly Effect[] = () => [];

  step(inputs: readonly Input[]): readonly Effect[] {
    this.inputs.push(...inputs);
    const effects = [...this.next, ...inputs.flatMap((input) => this.answer(input))];
    this.next = [];
    return effects;
  }

  memberOf(id: NodeId): Member {
    return { id, address: addressOf(this.membership, id) };
  }

  membershipAt(): Membership {
    return this.membership;
  }

  followers(): readonly [] {
    return [];
  }

  election(): ElectionStatus {
    return { votedFor: undefined, votes: {}, timer: undefined };
  }
}
