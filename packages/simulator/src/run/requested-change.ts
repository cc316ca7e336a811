import { type Membership, type MembershipChange, type NodeId, isMember } from "@quorate/raft-core";
import type { Change } from "../plan/fault.ts";

/** The cluster as the leader sees it when it is asked. */
export interface Surroundings {
  readonly machines: readonly NodeId[];
  readonly leader: NodeId;
  readonly now: Membership;
}

/** The node that is named, or the next one that will do. */
function firstFrom(machines: readonly NodeId[], named: NodeId, willDo: (id: NodeId) => boolean): NodeId | undefined {
  const at = Math.max(0, machines.indexOf(named));
  return [...machines.slice(at), ...machines.slice(0, at)].find(willDo);
}

/** Where it is reached now, which is nowhere that it was before. */
function movedAddress(id: NodeId, { addresses }: Membership): string {
  const port = Number(addresses[id]?.split(":")[1] ?? 7000);
  return `${id}:${port + 1}`;
}

/** What to ask for; undefined where there is nobody of whom it makes sense. */
export function membershipChangeOf(change: Change, surroundings: Surroundings): MembershipChange | undefined {
  const { machines, leader, now } = surroundings;
  const member = (named: NodeId): NodeId | undefined => firstFrom(machines, named, (id) => isMember(now, id));
  const stranger = (named: NodeId): NodeId | undefined => firstFrom(machines, named, (id) => !isMember(now, id));
  switch (change.type) {
    case "add": {
      const id = stranger(change.node);
      return id === undefined ? undefined : { add: [{ id, address: `${id}:7000`, learner: change.learner }] };
    }
    case "remove": {
      const id = member(change.node);
      return id === undefined ? undefined : { remove: [id] };
    }
    case "remove-leader":
      return { remove: [leader] };
    case "replace": {
      const [out, id] = [member(change.node), stranger(change.by)];
      if (out === undefined || id === undefined) return undefined;
      return { remove: [out], add: [{ id, address: `${id}:7000` }] };
    }
    case "promote": {
      const id = firstFrom(machines, change.node, (each) => now.learners.includes(each));
      return id === undefined ? undefined : { promote: [id] };
    }
    case "demote": {
      const id = firstFrom(machines, change.node, (each) => now.voters.includes(each));
      return id === undefined ? undefined : { demote: [id] };
    }
    case "readdress": {
      const id = member(change.node);
      return id === undefined ? undefined : { readdress: [{ id, address: movedAddress(id, now) }] };
    }
    default:
      return undefined;
  }
}

/** To whom the lead is to go; undefined: the leader may choose. */
export function receiverOf(change: Change, { machines, leader, now }: Surroundings): NodeId | undefined {
  if (change.type !== "transfer-to") return undefined;
  return firstFrom(machines, change.node, (id) => id !== leader && now.voters.includes(id));
}
