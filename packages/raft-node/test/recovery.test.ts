import {
  Entry,
  type HardState,
  type Position,
  type Snapshot,
  decodeMembership,
  encodeMembership,
  foundedBy,
  membershipOf,
} from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { recover } from "../src/recovery.ts";
import { Disk, DiskStorage } from "./support/disk.ts";
import { Shelf, ShelfStore } from "./support/shelf.ts";
import { VirtualClock } from "./support/virtual-clock.ts";

const members = [
  { id: "n2", address: "host-2" },
  { id: "n1", address: "host-1" },
];
const membership = membershipOf(members);

interface Stored {
  readonly hardState?: HardState;
  readonly base?: Position;
  /** Of the entries, in order. */
  readonly terms?: readonly number[];
  readonly snapshot?: Position;
}

/** A disk and a shelf with this on them, and what recovery makes of it. */
async function recoverFrom(
  stored: Stored,
  given = true,
): Promise<{ disk: Disk; outcome: Awaited<ReturnType<typeof recover>> }> {
  const clock = new VirtualClock();
  const disk = new Disk();
  const shelf = new Shelf();
  const { base = { index: 0, term: 0 }, terms = [], snapshot } = stored;
  disk.base = base;
  disk.hardState = stored.hardState ?? { term: Math.max(0, base.term, ...terms), votedFor: undefined };
  disk.entries = terms.map((term, i) => {
    const isGenesis = base.index === 0 && i === 0;
    const data = isGenesis ? encodeMembership(membership) : new Uint8Array();
    return new Entry(base.index + 1 + i, term, isGenesis ? "membership" : "command", data);
  });
  if (snapshot !== undefined) {
    const head: Snapshot = { ...snapshot, membership, sizeBytes: 0, checksum: 7 };
    shelf.stored = { snapshot: head, data: new Uint8Array() };
  }
  const storage = new DiskStorage(disk, clock);
  const recovering = recover({
    members: given ? members : undefined,
    join: undefined,
    core: { random: { next: () => 0.5 } },
    storage,
    snapshots: new ShelfStore(shelf),
  });
  return { disk, outcome: await clock.during(recovering) };
}

describe("the first start", () => {
  test("P29: appends the same first entry on every node, durably", async () => {
    const { disk, outcome } = await recoverFrom({});
    const [genesis] = disk.entries;
    expect(genesis).toMatchObject({ index: 1, term: 0, kind: "membership" });
    expect(genesis && decodeMembership(genesis.data)).toEqual(foundedBy(members.toReversed()));
    expect(outcome.state).toMatchObject({ lastIndex: 1, termRuns: [{ index: 1, term: 0 }], memberships: [genesis] });
    expect(outcome.snapshot).toBeUndefined();
  });

  test("without members is a TypeError that says what to do", async () => {
    await expect(recoverFrom({}, false)).rejects.toThrow(TypeError);
    await expect(recoverFrom({}, false)).rejects.toThrow(/members .* name the voters/);
  });

  test("F21: an empty log under a term that is not 0 is refused", async () => {
    await expect(recoverFrom({ hardState: { term: 3, votedFor: "n1" } })).rejects.toMatchObject({ code: "CORRUPT" });
  });
});

describe("a restart", () => {
  test("without a snapshot takes the log as it is, and needs no members", async () => {
    const { disk, outcome } = await recoverFrom({ terms: [0, 1, 1, 2] }, false);
    expect(outcome.state.lastIndex).toBe(4);
    expect(disk.entries).toHaveLength(4);
  });

  test("a snapshot inside the log leaves the log alone", async () => {
    const { disk, outcome } = await recoverFrom({ terms: [0, 1, 1, 2], snapshot: { index: 3, term: 1 } });
    expect(outcome.state).toMatchObject({ base: { index: 0 }, lastIndex: 4 });
    expect(outcome.snapshot).toMatchObject({ index: 3 });
    expect(disk.entries).toHaveLength(4);
  });

  test("a snapshot at the log's base leaves the log alone", async () => {
    const stored = { base: { index: 10, term: 2 }, terms: [2, 3], snapshot: { index: 10, term: 2 } };
    const { disk } = await recoverFrom(stored);
    expect(disk.entries).toHaveLength(2);
  });

  test("P40: a snapshot ahead of the log resets it, durably", async () => {
    const { disk, outcome } = await recoverFrom({ terms: [0, 1, 1], snapshot: { index: 8, term: 1 } });
    const position = { index: 8, term: 1 };
    expect(outcome.state).toMatchObject({ base: position, lastIndex: 8, termRuns: [], memberships: [] });
    expect(disk.base).toEqual(position);
    expect(disk.entries).toEqual([]);
  });

  test("P5: a snapshot that disagrees with the log's term there resets the log", async () => {
    const { disk } = await recoverFrom({ terms: [0, 1, 1, 1, 1, 4], snapshot: { index: 4, term: 3 } });
    expect(disk.base).toEqual({ index: 4, term: 3 });
    expect(disk.entries).toEqual([]);
  });

  test("a snapshot of a term that was never saved raises the term, without a vote", async () => {
    const stored = { hardState: { term: 1, votedFor: "n2" }, terms: [0, 1], snapshot: { index: 8, term: 5 } };
    const { disk, outcome } = await recoverFrom(stored);
    expect(disk.hardState).toMatchObject({ term: 5, votedFor: undefined });
    expect(outcome.state.hardState).toEqual(disk.hardState);
  });
});

describe("what no crash leaves behind is refused with CORRUPT and a remedy", () => {
  test.each<[string, Stored]>([
    ["F23: a compacted log without its snapshot", { base: { index: 5, term: 1 }, terms: [1] }],
    ["F23: a snapshot without any log", { snapshot: { index: 5, term: 1 } }],
    [
      "F22: a snapshot older than the log's base",
      { base: { index: 9, term: 2 }, terms: [2], snapshot: { index: 5, term: 1 } },
    ],
    [
      "F22: a snapshot of another history",
      { base: { index: 9, term: 2 }, terms: [2], snapshot: { index: 9, term: 1 } },
    ],
  ])("%s", async (_, stored) => {
    await expect(recoverFrom(stored)).rejects.toMatchObject({ code: "CORRUPT" });
    await expect(recoverFrom(stored)).rejects.toThrow(/remove the node from the cluster and add it anew/);
  });
});
