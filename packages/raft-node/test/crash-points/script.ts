import { crc32 } from "node:zlib";
import {
  Entry,
  type HardState,
  type Position,
  type SnapshotHead,
  type SnapshotStore,
  type Storage,
  type StorageWrite,
  encodeMembership,
  membershipOf,
} from "@quorate/raft-core";
import { text } from "../support/text-machine.ts";

/** What a node asks of its disk, one thing after another; of `at once` all together. */
export type Step =
  | { readonly type: "append"; readonly write: StorageWrite }
  | { readonly type: "compact" | "reset"; readonly position: Position }
  | { readonly type: "save" | "receive"; readonly snapshot: Position; readonly lines: readonly string[] }
  | { readonly type: "at once"; readonly steps: readonly Step[] };

export interface Disk {
  readonly storage: Storage;
  readonly snapshots: SnapshotStore;
}

export const members = ["n1", "n2", "n3"].map((id) => ({ id, address: `${id}.example` }));
export const membership = membershipOf(members);

const hardState = (term: number, votedFor?: string): HardState => ({ term, votedFor, incarnation: 7 });

const entry = (index: number, term: number, data = `entry ${index} of term ${term}`): Entry =>
  new Entry(index, term, "command", text(data));

const entries = (from: number, to: number, term: number): readonly Entry[] =>
  Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, term));

const append = (write: readonly Entry[], state?: HardState): Step => ({
  type: "append",
  write: { hardState: state, entries: write },
});

const lines = (from: number, to: number, term: number): readonly string[] =>
  entries(from, to, term).map(({ data }) => Buffer.from(data).toString());

/** What a client may store: the records of a log, whole and valid, as the log itself holds them. */
const records = Buffer.concat(entries(37, 42, 6).map((each) => each.record(crc32)));

const upTo5 = [...lines(2, 3, 1), ...lines(4, 5, 3)];
const upTo10 = [...upTo5, ...lines(6, 10, 3)];
const upTo33 = ["all up to 30", ...lines(31, 32, 5), ...lines(33, 33, 6)];

/**
 * A life: votes, appends, replaced suffixes, segments that become full, snapshots of its own with a compaction behind
 * them, and two that it is sent. It begins in an empty directory.
 */
export const script: readonly Step[] = [
  append([new Entry(1, 0, "membership", encodeMembership(membership))], hardState(0)),
  append([], hardState(1, "n2")),
  append(entries(2, 4, 1)),
  append(entries(5, 7, 2), hardState(2)),
  append(entries(4, 6, 3), hardState(3, "n3")),
  append(entries(7, 12, 3)),
  { type: "save", snapshot: { index: 5, term: 3 }, lines: upTo5 },
  { type: "compact", position: { index: 5, term: 3 } },
  append(entries(11, 13, 4), hardState(4)),
  {
    type: "at once",
    steps: [{ type: "save", snapshot: { index: 10, term: 3 }, lines: upTo10 }, append(entries(14, 16, 4))],
  },
  { type: "at once", steps: [{ type: "compact", position: { index: 10, term: 3 } }, append([], hardState(5, "n1"))] },
  { type: "receive", snapshot: { index: 30, term: 5 }, lines: ["all up to 30"] },
  { type: "reset", position: { index: 30, term: 5 } },
  append(entries(31, 34, 5)),
  append(entries(33, 36, 6), hardState(6)),
  { type: "save", snapshot: { index: 33, term: 6 }, lines: upTo33 },
  { type: "compact", position: { index: 33, term: 6 } },
  append([new Entry(37, 6, "command", records), entry(38, 6, "y".repeat(250))]),
  append([], hardState(7, "n3")),
  { type: "receive", snapshot: { index: 50, term: 7 }, lines: ["all up to 50"] },
  { type: "reset", position: { index: 50, term: 7 } },
  append(entries(51, 52, 7)),
];

/** The bytes of `TextMachine`'s snapshot. */
function snapshotData(of: readonly string[]): Uint8Array {
  return text(JSON.stringify(of));
}

function headOf({ index, term }: Position): SnapshotHead {
  return { index, term, membership };
}

/** Resolves when the disk has promised that it is done. `peer` has the snapshots that are received. */
export async function perform(disk: Disk, step: Step, peer: SnapshotStore): Promise<void> {
  const { storage, snapshots } = disk;
  switch (step.type) {
    case "append":
      return storage.append(step.write);
    case "compact":
      return storage.compact(step.position);
    case "reset":
      return storage.reset(step.position);
    case "save":
      await snapshots.save(headOf(step.snapshot), [snapshotData(step.lines)]);
      return undefined;
    case "receive": {
      const data = snapshotData(step.lines);
      const snapshot = await peer.save(headOf(step.snapshot), [data]);
      await snapshots.receive(snapshot, 0, data.subarray(0, 5));
      await snapshots.receive(snapshot, 5, data.subarray(5));
      return undefined;
    }
    case "at once":
      await Promise.all(step.steps.map((each) => perform(disk, each, peer)));
      return undefined;
  }
}
