import { Entry, type Membership, type NodeId, type Snapshot, encodeMembership } from "../../src/index.ts";

/** Bytes of an ASCII text. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function textOf(data: Uint8Array): string {
  return String.fromCharCode(...data);
}

/** Consecutive commands, one for each term given: `entriesOf([1, 1, 2])` is a log of entries 1/1, 2/1 and 3/2. */
export function entriesOf(terms: readonly number[], firstIndex = 1): readonly Entry[] {
  return terms.map((term, at) => commandAt(firstIndex + at, term));
}

export function commandAt(index: number, term: number): Entry {
  return new Entry(index, term, "command", bytesOf(`${index}/${term}`));
}

export function membershipAt(index: number, term: number, membership: Membership): Entry {
  return new Entry(index, term, "membership", encodeMembership(membership));
}

/** A configuration; `outgoing` makes it joint. */
export function configuration(
  voters: readonly NodeId[],
  others: { readonly outgoing?: readonly NodeId[]; readonly learners?: readonly NodeId[] } = {},
): Membership {
  const { outgoing = [], learners = [] } = others;
  const ids = new Set([...voters, ...outgoing, ...learners]);
  const addresses = Object.fromEntries([...ids].map((id) => [id, `${id}.example`]));
  return { voters, outgoing, learners, addresses };
}

export const trio: Membership = configuration(["n1", "n2", "n3"]);
export const quintet: Membership = configuration(["n1", "n2", "n3", "n4", "n5"]);

export function snapshotAt(index: number, term: number, changes: Partial<Snapshot> = {}): Snapshot {
  return { index, term, membership: trio, sizeBytes: 10, checksum: 0, ...changes };
}
