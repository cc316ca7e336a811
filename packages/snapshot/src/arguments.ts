import { type Snapshot, type SnapshotHead, assertMembership } from "@quorate/raft-core";

/** Throws a `TypeError` that names the argument. */
export function checkInteger(name: string, value: number, min = 0, max: number = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    const upTo = max === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${max}`;
    throw new TypeError(`${name} is ${String(value)}, but must be an integer of at least ${min}${upTo}`);
  }
}

export function checkHead(head: SnapshotHead): void {
  checkInteger("snapshot.index", head.index, 1);
  checkInteger("snapshot.term", head.term);
  assertMembership(head.membership);
}

export function checkSnapshot(snapshot: Snapshot): void {
  checkHead(snapshot);
  checkInteger("snapshot.sizeBytes", snapshot.sizeBytes);
  checkInteger("snapshot.checksum", snapshot.checksum, 0, 0xffffffff);
}

export function checkBytes(name: string, value: unknown): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} is not a Uint8Array`);
}
