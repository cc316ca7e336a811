import type { Incarnation } from "./message.ts";

export type NodeId = string;

/** A node of the cluster and where its peers reach it; the transport defines what an address looks like. */
export interface Member {
  readonly id: NodeId;
  readonly address: string;
}

/** What the configuration is to become when the change under way is done. */
export interface MembershipTarget {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** Those who were no members before: if the change comes to nothing they go again. */
  readonly added: readonly NodeId[];
}

/**
 * A configuration of the cluster (§6, diss. §4). While `outgoing` is not empty it is the joint configuration
 * C(old,new): elections, commits and reads need a majority of `voters` *and* a majority of `outgoing`. A learner
 * receives the log and is counted nowhere. With a `target` but no `outgoing` the change waits for those learners to catch
 * up who are to become voters: whoever leads then goes on with it.
 */
export interface Membership {
  /**
   * The first configuration: it does not say yet which incarnation of each founder is meant. Until that is recorded a
   * founder that has lost its disk cannot be told from the one that it was, so a majority is not enough: see quorum.ts.
   */
  readonly founding?: true | undefined;
  readonly voters: readonly NodeId[];
  readonly outgoing: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** The address of every node named above. */
  readonly addresses: Readonly<Record<NodeId, string>>;
  /** Which incarnation of a node is meant, as far as it has been heard of. */
  readonly incarnations?: Readonly<Record<NodeId, Incarnation>> | undefined;
  readonly target?: MembershipTarget | undefined;
}

/** A configuration of `members` as voters, sorted by id so that equal sets are equal bytes. */
export function membershipOf(members: readonly Member[]): Membership {
  const sorted = members.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    voters: sorted.map((member) => member.id),
    outgoing: [],
    learners: [],
    addresses: Object.fromEntries(sorted.map((member) => [member.id, member.address])),
  };
}

/** The configuration that a cluster begins with. */
export function foundedBy(members: readonly Member[]): Membership {
  return { founding: true, ...membershipOf(members) };
}

/** Every node that receives the log: voters of both configurations, then learners, each once. */
export function membersOf(membership: Membership): readonly Member[] {
  const ids = new Set([...membership.voters, ...membership.outgoing, ...membership.learners]);
  return [...ids].map((id) => ({ id, address: addressOf(membership, id) }));
}

/** Where peers reach the node; empty for one that the configuration does not name. */
export function addressOf({ addresses }: Membership, id: NodeId): string {
  return (Object.hasOwn(addresses, id) ? addresses[id] : undefined) ?? "";
}

/** The incarnation that the configuration means by `id`; undefined where it has not recorded one. */
export function incarnationOf({ incarnations }: Membership, id: NodeId): Incarnation | undefined {
  return incarnations !== undefined && Object.hasOwn(incarnations, id) ? incarnations[id] : undefined;
}

export function isMember(membership: Membership, id: NodeId): boolean {
  return isVoter(membership, id) || membership.learners.includes(id);
}

export function isVoter(membership: Membership, id: NodeId): boolean {
  return membership.voters.includes(id) || membership.outgoing.includes(id);
}

/** The data of a `membership` entry: JSON, kept to ASCII so that neither side needs a text codec. */
export function encodeMembership(membership: Membership): Uint8Array {
  const json = JSON.stringify(membership).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return Uint8Array.from(json, (character) => character.charCodeAt(0));
}

/** Reads what `encodeMembership` wrote; throws a TypeError that names what is wrong with anything else. */
export function decodeMembership(data: Uint8Array): Membership {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  const value = parse(text);
  assertMembership(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError("membership is not JSON", { cause: error });
  }
}

/** Throws a TypeError that names the field which is not a membership's. For values from a disk or a peer. */
export function assertMembership(value: unknown): asserts value is Membership {
  const fields = fieldsOf<Membership>(value, "membership");
  const addresses = tableOf(fields.addresses, "addresses", (each) => typeof each === "string");
  const { voters, learners, outgoing } = fields;
  for (const [name, ids] of Object.entries({ voters, outgoing, learners })) assertNodeIds(ids, name, addresses);
  if (voters?.length === 0) throw new TypeError("membership.voters is empty");
  const both = learners?.find((id) => voters?.includes(id) === true || outgoing?.includes(id) === true);
  if (both !== undefined) throw new TypeError(`membership.learners names ${both}, who is a voter`);
  const { founding }: { readonly founding?: unknown } = fields;
  if (founding !== undefined && founding !== true) throw new TypeError("membership.founding is not true");
  if (fields.incarnations !== undefined) tableOf(fields.incarnations, "incarnations", Number.isSafeInteger);
  if (fields.target !== undefined) assertTarget(fields.target, fields, addresses);
}

function assertTarget(value: unknown, { voters: current, outgoing }: Partial<Membership>, addresses: object): void {
  const { voters, learners, added } = fieldsOf<MembershipTarget>(value, "membership.target");
  for (const [name, ids] of Object.entries({ voters, learners, added }))
    assertNodeIds(ids, `target.${name}`, addresses);
  if (voters?.length === 0) throw new TypeError("membership.target.voters is empty");
  const both = learners?.find((id) => voters?.includes(id));
  if (both !== undefined) throw new TypeError(`membership.target.learners names ${both}, who is to be a voter`);
  if (outgoing?.length !== 0 && current?.join() !== voters?.join()) {
    throw new TypeError("membership.target.voters are not those of the joint configuration");
  }
}

function fieldsOf<T>(value: unknown, name: string): Partial<T> {
  if (typeof value !== "object" || value === null) throw new TypeError(`${name} is not an object`);
  return value;
}

function tableOf(value: unknown, name: string, isValid: (each: unknown) => boolean): object {
  if (typeof value !== "object" || value === null || !Object.values(value).every((each) => isValid(each))) {
    throw new TypeError(`membership.${name} is not a table of ${name}`);
  }
  return value;
}

function assertNodeIds(ids: unknown, name: string, addresses: object): asserts ids is readonly NodeId[] {
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== "string" || id === "")) {
    throw new TypeError(`membership.${name} is not a list of node ids`);
  }
  if (new Set(ids).size !== ids.length) throw new TypeError(`membership.${name} names a node twice`);
  const stranger = (ids as readonly NodeId[]).find((id) => !Object.hasOwn(addresses, id));
  if (stranger !== undefined) throw new TypeError(`membership.addresses has none for ${stranger}`);
}
