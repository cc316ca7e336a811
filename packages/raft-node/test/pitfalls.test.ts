import { Entry, type SnapshotPolicy, encodeMembership, membershipOf, silentLogger } from "@quorate/raft-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Applier } from "../src/applier.ts";
import { systemClock } from "../src/index.ts";
import { Snapshotter } from "../src/snapshotter.ts";
import { Cluster } from "./support/cluster.ts";
import { Ports } from "./support/ports.ts";
import { Shelf, ShelfStore } from "./support/shelf.ts";
import { TextMachine, text } from "./support/text-machine.ts";
import { VirtualClock } from "./support/virtual-clock.ts";

const everyThree: SnapshotPolicy = ({ entries }) => entries >= 3;

describe("P7 a snapshot's configuration", () => {
  test("is the one in force at its index, not a later one that may yet roll back", async () => {
    const asked: number[] = [];
    const snapshotter = new Snapshotter({
      stateMachine: new TextMachine(),
      snapshots: new ShelfStore(new Shelf()),
      policy: everyThree,
      clock: new VirtualClock(),
      logger: silentLogger,
      latest: undefined,
      membershipAt: (index) => {
        asked.push(index);
        return membershipOf([{ id: "n1", address: "" }]);
      },
      taken: () => undefined,
    });
    snapshotter.applied([1, 2, 3].map((index) => new Entry(index, 1, "command", text("line"))));
    await snapshotter.stop();
    expect(asked).toEqual([3]);
  });

  test("is not the one that the node follows already, while that is not committed", async () => {
    const ports = new Ports();
    const node = await ports.open(3, { snapshotPolicy: everyThree });
    const three = node.status().membership;
    const four = membershipOf(["n1", "n2", "n3", "n4"].map((id) => ({ id, address: id })));
    const entries = [
      new Entry(2, 1, "command", text("a")),
      new Entry(3, 1, "command", text("b")),
      new Entry(4, 1, "membership", encodeMembership(four)),
    ];
    const message = { type: "append-entries", term: 1, prevIndex: 1, prevTerm: 0, entries, commitIndex: 3 } as const;
    ports.transport.handler?.receive("n2", message);
    await ports.clock.until(() => node.status().snapshotIndex > 0, "a snapshot");
    expect(node.status()).toMatchObject({ membership: four, lastIndex: 4, commitIndex: 3 });
    expect(ports.shelf.stored?.snapshot).toMatchObject({ index: 3, membership: three });
    await ports.clock.during(node.close());
  });
});

describe("P36 the applied index and the state come from one place", () => {
  test.each([0, 1, 2, 3])("killed %i ms after its last write, a node applies every entry once", async (afterMs) => {
    const cluster = await Cluster.start(1, { snapshotPolicy: everyThree, trailingEntries: 0 });
    const acknowledged: string[] = [];
    for (let life = 0; life < 6; life += 1) {
      const id = await cluster.elect();
      const { indexes } = cluster.life(id).machine;
      const { snapshotIndex } = cluster.node(id).status();
      const lines = await cluster.clock.during(cluster.node(id).read(0));
      expect(new Set(lines).size).toBe(lines.length);
      expect(lines).toEqual(expect.arrayContaining(acknowledged));
      for (const at of [0, 1, 2, 3, 4]) {
        const line = `${life}.${at}`;
        const told = (): number => acknowledged.push(line);
        cluster
          .node(id)
          .propose(text(line))
          .then(told, () => undefined);
        await cluster.clock.run(1);
      }
      await cluster.clock.run(afterMs);
      expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
      expect(new Set(indexes).size).toBe(indexes.length);
      expect(indexes[0] ?? Infinity).toBeGreaterThan(snapshotIndex);
      cluster.crash(id);
      await cluster.start("n1");
    }
    expect(acknowledged.length).toBeGreaterThan(6 * 3);
    await cluster.close();
  });
});

describe("P37 a snapshot that waits to be installed", () => {
  test("is held in the store from when it is handed over, however long the log's reset takes", async () => {
    const membership = membershipOf([{ id: "n1", address: "" }]);
    const held: number[] = [];
    async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
      yield text("[]");
    }
    const applier: Applier<number, number, readonly string[]> = new Applier({
      stateMachine: new TextMachine(),
      snapshots: {
        read: ({ index }) => {
          held.push(index);
          return chunks();
        },
      },
      appliedIndex: 0,
      settle: () => undefined,
      applied: () => undefined,
      restored: () => undefined,
      fail: () => undefined,
    });
    const logReset = Promise.withResolvers<void>();
    applier.install({ index: 9, term: 1, membership, sizeBytes: 2, checksum: 0 }, logReset.promise);
    expect(held).toEqual([9]);
    logReset.resolve();
    await applier.stop();
  });
});

describe("P41 a restore under load", () => {
  test("a follower that lags is restored while writes go on, and at no time shows a state that never was", async () => {
    const cluster = await Cluster.start(3, { snapshotPolicy: everyThree, trailingEntries: 0, snapshotChunkBytes: 16 });
    const leader = await cluster.elect();
    const [lagging = ""] = cluster.others(leader);
    cluster.network.isolate(lagging);
    for (let i = 0; i < 20; i += 1) await cluster.propose(leader, `before ${i}`);
    cluster.network.heal();
    const seen: (readonly string[])[] = [];
    for (let i = 0; i < 60; i += 1) {
      await cluster.propose(await cluster.elect(), `during ${i}`);
      seen.push(await cluster.clock.during(cluster.node(lagging).read(0, { consistency: "stale" })));
    }
    await cluster.converge();
    expect(cluster.life(lagging).machine.restores).toBeGreaterThan(0);
    const all = cluster.lines(await cluster.elect());
    for (const [at, lines] of seen.entries()) {
      expect(lines).toEqual(all.slice(0, lines.length));
      expect(lines.length).toBeGreaterThanOrEqual(seen[at - 1]?.length ?? 0);
    }
    expect(cluster.lines(lagging)).toEqual(all);
    await cluster.close();
  });
});

describe("P49 one bad peer", () => {
  test("that takes everything in and answers nothing delays neither writes nor the end of the leader", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    const [silent = "", other = ""] = cluster.others(leader);
    for (const id of [leader, other]) cluster.network.cut(silent, id);
    const fromMs = cluster.clock.now();
    for (let i = 0; i < 100; i += 1) await cluster.propose(leader, `line ${i}`);
    expect(cluster.clock.now() - fromMs).toBeLessThan(100 * 20);
    expect(cluster.leader).toBe(leader);
    await cluster.clock.during(cluster.node(leader).close(), 0);
    await cluster.close();
  });
});

describe("P54c the wall clock", () => {
  afterEach(() => vi.useRealTimers());

  test.each(["2001-01-01", "2101-01-01"])("set to %s, moves no timeout", (date) => {
    const fromMs = systemClock.now();
    vi.useFakeTimers({ toFake: ["Date"], now: new Date(date) });
    expect(systemClock.now() - fromMs).toBeGreaterThanOrEqual(0);
    expect(systemClock.now() - fromMs).toBeLessThan(60_000);
  });
});
