import { type Member, type Membership, type MembershipTarget, type NodeId, isMember } from "./membership.ts";
import type { Incarnation } from "./message.ts";

export interface NewMember extends Member {
  /** Stays a learner; else it becomes a voter as soon as it has caught up. */
  readonly learner?: boolean | undefined;
}

/** What is to change, in one step from the outside: every combination is safe (§6). */
export interface MembershipChange {
  /** Nodes that are no members yet. */
  readonly add?: readonly NewMember[] | undefined;
  readonly remove?: readonly NodeId[] | undefined;
  /** Learners that become voters as soon as they have caught up. */
  readonly promote?: readonly NodeId[] | undefined;
  /** Voters that become learners. */
  readonly demote?: readonly NodeId[] | undefined;
  /** Members that are reached elsewhere now. Takes effect at once, and stays even if the rest is taken back. */
  readonly readdress?: readonly Member[] | undefined;
}

/** The configuration with which the change begins, or in words why there can be no such change. */
export function beginChange(current: Membership, change: MembershipChange): Membership | string {
  const { add = [], remove = [], promote = [], demote = [], readdress = [] } = change;
  const fault = faultIn(current, change);
  if (fault !== undefined) return fault;
  const addedVoters = add.filter((member) => member.learner !== true).map(({ id }) => id);
  const newLearners = add.filter((member) => member.learner === true).map(({ id }) => id);
  const target: MembershipTarget = {
    voters: [
      ...current.voters.filter((id) => !remove.includes(id) && !demote.includes(id)),
      ...promote,
      ...addedVoters,
    ],
    learners: [
      ...current.learners.filter((id) => !remove.includes(id) && !promote.includes(id)),
      ...demote,
      ...newLearners,
    ],
    added: add.map(({ id }) => id),
  };
  if (target.voters.length === 0) return "no voter would be left";
  const changed = [...add, ...readdress].map(({ id, address }) => [id, address] as const);
  const addresses: Membership["addresses"] = { ...current.addresses, ...Object.fromEntries(changed) };
  const base = { ...current, addresses };
  const isQuorumSame = addedVoters.length + promote.length === 0 && target.voters.length === current.voters.length;
  if (isQuorumSame) return namedOnly({ ...base, learners: target.learners });
  if (addedVoters.length + promote.length === 0) return jointConfiguration({ ...base, target });
  return { ...base, learners: [...current.learners, ...target.added], target };
}

function faultIn(current: Membership, change: MembershipChange): string | undefined {
  const { add = [], remove = [], promote = [], demote = [], readdress = [] } = change;
  const ids = [...add.map(({ id }) => id), ...remove, ...promote, ...demote, ...readdress.map(({ id }) => id)];
  if (ids.length === 0) return "the change names no node";
  if (ids.includes("")) return "the change names a node without an id";
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return `the change names ${twice} twice`;
  const there = add.find(({ id }) => isMember(current, id));
  if (there !== undefined) return `${there.id} is a member already`;
  const stranger = [...remove, ...readdress.map(({ id }) => id)].find((id) => !isMember(current, id));
  if (stranger !== undefined) return `${stranger} is no member`;
  const noLearner = promote.find((id) => !current.learners.includes(id));
  if (noLearner !== undefined) return `${noLearner} is no learner, so it cannot be promoted`;
  const noVoter = demote.find((id) => !current.voters.includes(id));
  if (noVoter !== undefined) return `${noVoter} is no voter, so it cannot be demoted`;
  return undefined;
}

/** C(old,new): from here on both majorities are needed (§6). */
export function jointConfiguration(staged: Membership): Membership {
  const { target = nothing, voters: outgoing } = staged;
  const learners = target.learners.filter((id) => !outgoing.includes(id));
  return { ...staged, voters: target.voters, outgoing, learners };
}

/** C(new). */
export function finalConfiguration({ target, ...joint }: Membership): Membership {
  return namedOnly({ ...joint, outgoing: [], learners: target?.learners ?? joint.learners });
}

/** What was there before, where those who should become voters did not catch up. */
export function abandonedConfiguration({ target = nothing, ...staged }: Membership): Membership {
  return namedOnly({ ...staged, learners: staged.learners.filter((id) => !target.added.includes(id)) });
}

/** Those who are to become voters and are not yet. */
export function newVoters({ target, voters }: Membership): readonly NodeId[] {
  return target?.voters.filter((id) => !voters.includes(id)) ?? [];
}

/** Whether the change takes back the one that waits for the named ones to catch up. */
export function isWithdrawal(
  current: Membership,
  { add, remove = [], promote, demote, readdress }: MembershipChange,
): boolean {
  const isOnlyRemoval = [add, promote, demote, readdress].every((each) => each === undefined || each.length === 0);
  const waited = current.outgoing.length === 0 ? newVoters(current) : [];
  return isOnlyRemoval && remove.length > 0 && remove.every((id) => waited.includes(id));
}

/** What was there before, without those who were to become voters and now are to go. No quorum changes. */
export function withdrawnConfiguration(current: Membership, remove: readonly NodeId[]): Membership {
  const before = abandonedConfiguration(current);
  return namedOnly({ ...before, learners: before.learners.filter((id) => !remove.includes(id)) });
}

/** Names the incarnations that have been heard of: the cluster is founded. */
export function withIncarnations(membership: Membership, heard: ReadonlyMap<NodeId, Incarnation>): Membership {
  return namedOnly({
    ...membership,
    founding: undefined,
    incarnations: { ...membership.incarnations, ...Object.fromEntries(heard) },
  });
}

const nothing: MembershipTarget = { voters: [], learners: [], added: [] };

/** Forgets the addresses and incarnations of those that are members no more. */
function namedOnly(membership: Membership): Membership {
  const { addresses, incarnations, ...others } = membership;
  const kept = { ...others, addresses: pick(membership, addresses) };
  return incarnations === undefined ? kept : { ...kept, incarnations: pick(membership, incarnations) };
}

function pick<T>(membership: Membership, table: Readonly<Record<NodeId, T>>): Readonly<Record<NodeId, T>> {
  return Object.fromEntries(Object.entries(table).filter(([id]) => isMember(membership, id)));
}
