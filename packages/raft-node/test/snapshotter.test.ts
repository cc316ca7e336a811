import { Entry, type SinceSnapshot, type Snapshot, type SnapshotPolicy } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Snapshotter } from "../src/snapshotter.ts";
import { RecordingLogger } from "./support/recording-logger.ts";
import { Shelf, ShelfStore } from "./support/shelf.ts";
import { TextMachine, text } from "./support/text-machine.ts";
import { VirtualClock, microtasks } from "./support/virtual-clock.ts";

const membership = { voters: ["n1"], outgoing: [], learners: [], addresses: { n1: "" } };

interface Rig {
  readonly clock: VirtualClock;
  readonly machine: TextMachine;
  readonly shelf: Shelf;
  readonly store: ShelfStore;
  readonly logger: RecordingLogger;
  readonly snapshotter: Snapshotter;
  readonly taken: Snapshot[];
  /** Applies as many entries and lets everything that follows happen. */
  readonly apply: (count: number) => Promise<void>;
}

function snapshotAt(index: number): Snapshot {
  return { index, term: 3, membership, sizeBytes: 100, checksum: 0 };
}

function rig(policy: SnapshotPolicy = ({ entries }) => entries >= 10, latestIndex = 0): Rig {
  const clock = new VirtualClock();
  const machine = new TextMachine();
  const shelf = new Shelf();
  const store = new ShelfStore(shelf);
  const logger = new RecordingLogger();
  const taken: Snapshot[] = [];
  const snapshotter = new Snapshotter({
    stateMachine: machine,
    snapshots: store,
    policy,
    clock,
    logger,
    latest: latestIndex === 0 ? undefined : snapshotAt(latestIndex),
    membershipAt: () => membership,
    taken: (snapshot) => taken.push(snapshot),
  });
  let index = 0;
  const apply = async (count: number): Promise<void> => {
    const entries = Array.from({ length: count }, (_, i) => new Entry(index + i + 1, 3, "command", text("line")));
    for (const entry of entries) void machine.apply(entry.data, entry.index);
    index += count;
    snapshotter.applied(entries);
    await microtasks();
  };
  return { clock, machine, shelf, store, logger, snapshotter, taken, apply };
}

describe("a stored snapshot that cannot be read when a peer wants it", () => {
  test("is followed by another with the next entry, whatever the policy says, and by no more than that", async () => {
    const { apply, snapshotter, taken } = rig();
    await apply(10);
    snapshotter.unreadable(10);
    await apply(1);
    expect(taken.map(({ index }) => index)).toEqual([10, 11]);
    await apply(1);
    expect(taken).toHaveLength(2);
  });

  test("is of no concern once it has been replaced", async () => {
    const { apply, snapshotter, taken } = rig();
    await apply(10);
    snapshotter.unreadable(9);
    await apply(1);
    expect(taken).toHaveLength(1);
  });
});

describe("taking snapshots", () => {
  test("by policy, of the entry applied last, with its term and its configuration", async () => {
    const { apply, taken, store } = rig();
    await apply(9);
    expect(store.saves).toBe(0);
    await apply(3);
    expect(taken).toMatchObject([{ index: 12, term: 3, membership }]);
    await apply(9);
    expect(taken).toHaveLength(1);
    await apply(1);
    expect(taken.map(({ index }) => index)).toEqual([12, 22]);
  });

  test("the policy sees entries and bytes since the last snapshot, those applied during its save included", async () => {
    const seen: SinceSnapshot[] = [];
    const held = Promise.withResolvers<void>();
    const { apply, store, taken } = rig((since) => {
      seen.push(since);
      return since.entries >= 10;
    });
    store.beforeSaved = held.promise;
    await apply(10);
    await apply(4);
    held.resolve();
    await microtasks();
    expect(taken).toHaveLength(1);
    await apply(1);
    const bytesEach = 28 + 4;
    expect(seen).toEqual([
      { entries: 10, bytes: 10 * bytesEach, snapshotBytes: 0 },
      { entries: 5, bytes: 5 * bytesEach, snapshotBytes: taken[0]?.sizeBytes },
    ]);
  });

  test("P39: the state is that of the index, whatever is applied while it is saved", async () => {
    const held = Promise.withResolvers<void>();
    const { apply, store, taken, shelf } = rig();
    store.beforeSaved = held.promise;
    await apply(10);
    await apply(30);
    held.resolve();
    await microtasks();
    expect(taken).toMatchObject([{ index: 10 }]);
    const data: unknown = JSON.parse(new TextDecoder().decode(shelf.stored?.data));
    expect(data).toHaveLength(10);
  });

  test("one at a time", async () => {
    const held = Promise.withResolvers<void>();
    const { apply, store, machine } = rig();
    store.beforeSaved = held.promise;
    await apply(10);
    await apply(10);
    await apply(10);
    expect(machine.snapshots).toBe(1);
    expect(store.saves).toBe(1);
  });
});

describe("when it fails", () => {
  test("a save is tried again, but not at once", async () => {
    const { apply, store, taken, logger, clock } = rig();
    store.failNextSaves = 1;
    await apply(10);
    expect(taken).toEqual([]);
    expect(logger.of("warn")).toHaveLength(1);
    await apply(1);
    expect(store.saves).toBe(1);
    await clock.run(1_000);
    await apply(1);
    expect(taken).toMatchObject([{ index: 12 }]);
  });

  test("the pauses between tries grow, to a minute", async () => {
    const { apply, store, clock } = rig();
    store.failNextSaves = 1_000;
    await apply(10);
    const pauses: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const { saves } = store;
      const fromMs = clock.now();
      while (store.saves === saves) {
        await clock.run(1_000);
        await apply(1);
      }
      pauses.push(clock.now() - fromMs);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test.each(["policy", "state machine"])("a %s that throws is logged and harms nothing else", async (who) => {
    const broken = (): never => {
      throw new Error("broken");
    };
    const { apply, machine, logger, taken } = rig(who === "policy" ? broken : () => true);
    if (who === "state machine") machine.snapshot = broken;
    await apply(1);
    await apply(1);
    expect(logger.of("warn")).toHaveLength(1);
    expect(taken).toEqual([]);
  });
});

describe("beside a snapshot from elsewhere", () => {
  test("a save that it overtakes is given up without a word", async () => {
    const held = Promise.withResolvers<void>();
    const { apply, store, snapshotter, taken, logger } = rig();
    store.beforeSaved = held.promise;
    await apply(10);
    snapshotter.stored(snapshotAt(50));
    snapshotter.restored();
    held.resolve();
    await microtasks();
    expect(taken).toEqual([]);
    expect(logger.of("warn")).toEqual([]);
  });

  test("chunks are no longer written once it is overtaken", async () => {
    const gate = Promise.withResolvers<void>();
    const { apply, machine, snapshotter, shelf } = rig();
    let produced = 0;
    async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
      await gate.promise;
      for (; produced < 1_000; produced += 1) yield text("x");
    }
    machine.snapshot = chunks;
    await apply(10);
    snapshotter.stored(snapshotAt(50));
    gate.resolve();
    await microtasks();
    expect(produced).toBeLessThan(3);
    expect(shelf.stored).toBeUndefined();
  });

  test("none is begun at or below the latest stored index", async () => {
    const { apply, store } = rig(undefined, 20);
    await apply(10);
    await apply(10);
    expect(store.saves).toBe(0);
    await apply(1);
    expect(store.saves).toBe(1);
  });
});

describe("stopping", () => {
  test("gives up the save under way and begins no other", async () => {
    const held = Promise.withResolvers<void>();
    const { apply, store, snapshotter, taken, logger } = rig();
    store.beforeSaved = held.promise;
    await apply(10);
    const stopped = snapshotter.stop();
    held.resolve();
    await stopped;
    await apply(30);
    expect(taken).toEqual([]);
    expect(store.saves).toBe(1);
    expect(logger.of("warn")).toEqual([]);
  });
});
