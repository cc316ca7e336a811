import type { SnapshotPolicy } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Cluster } from "./support/cluster.ts";

const everyTen: SnapshotPolicy = ({ entries }) => entries >= 10;

async function proposeMany(cluster: Cluster, prefix: string, count: number): Promise<readonly string[]> {
  const lines = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  for (const line of lines) await cluster.propose(await cluster.elect(), line);
  return lines;
}

describe("recovery", () => {
  test("a follower restarted with no snapshot", async () => {
    const cluster = await Cluster.start(3);
    const [follower = ""] = cluster.others(await cluster.elect());
    const before = await proposeMany(cluster, "before ", 15);
    cluster.crash(follower);
    const during = await proposeMany(cluster, "during ", 15);
    const node = await cluster.start(follower);
    expect(node.status()).toMatchObject({ snapshotIndex: 0, appliedIndex: 0, failed: undefined });
    const after = await proposeMany(cluster, "after ", 5);
    await cluster.converge();
    expect(node.status().role).toBe("follower");
    expect(cluster.life(follower).machine.restores).toBe(0);
    expect(cluster.lines(follower)).toEqual([...before, ...during, ...after]);
    await cluster.close();
  });

  test("a follower restarted from a snapshot", async () => {
    const cluster = await Cluster.start(3, { snapshotPolicy: everyTen, trailingEntries: 3 });
    const [follower = ""] = cluster.others(await cluster.elect());
    const before = await proposeMany(cluster, "before ", 25);
    await cluster.converge();
    const { snapshotIndex, firstIndex, lastIndex } = cluster.node(follower).status();
    expect(snapshotIndex).toBeGreaterThanOrEqual(20);
    expect(firstIndex).toBe(snapshotIndex - 3 + 1);
    const node = await cluster.restart(follower);
    expect(node.status()).toMatchObject({ snapshotIndex, appliedIndex: snapshotIndex, lastIndex });
    expect(cluster.life(follower).machine.restores).toBe(1);
    const after = await proposeMany(cluster, "after ", 5);
    await cluster.converge();
    expect(cluster.lines(follower)).toEqual([...before, ...after]);
    expect(cluster.life(follower).machine.indexes[0]).toBe(snapshotIndex + 1);
    await cluster.close();
  });

  test("a leader restarted and now a follower", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    const before = await proposeMany(cluster, "before ", 10);
    const { term } = cluster.node(leader).status();
    cluster.crash(leader);
    const next = await cluster.elect();
    const during = await proposeMany(cluster, "during ", 10);
    await cluster.start(leader);
    await cluster.converge();
    expect(cluster.leader).toBe(next);
    expect(cluster.node(leader).status()).toMatchObject({ role: "follower", leader: { id: next } });
    expect(cluster.node(leader).status().term).toBeGreaterThan(term);
    expect(cluster.lines(leader)).toEqual([...before, ...during]);
    await cluster.close();
  });

  test("a leader restarted and elected again", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    const [one = "", other = ""] = cluster.others(leader);
    cluster.network.isolate(one);
    const before = await proposeMany(cluster, "before ", 10);
    const { term } = cluster.node(leader).status();
    // The old leader hears only the one that lags behind, and so nobody but itself can win a majority.
    cluster.network.heal();
    cluster.network.isolate(other);
    await cluster.restart(leader);
    await cluster.clock.until(() => cluster.leader === leader, "the same leader again");
    expect(cluster.node(leader).status().term).toBeGreaterThan(term);
    cluster.network.heal();
    const after = await proposeMany(cluster, "after ", 10);
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual([...before, ...after]);
    await cluster.close();
  });

  test("the whole cluster is killed in the middle of writes: what was acknowledged is there", async () => {
    const cluster = await Cluster.start(3, { snapshotPolicy: everyTen, trailingEntries: 3 });
    const acknowledged: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      acknowledged.push(...(await proposeMany(cluster, `${round}/`, 7)));
      for (const id of cluster.ids) cluster.crash(id);
      for (const id of cluster.ids) await cluster.start(id);
    }
    await cluster.elect();
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(acknowledged);
    await cluster.close();
  });

  test("a single node begins, restarts and goes on", async () => {
    const cluster = await Cluster.start(1);
    const before = await proposeMany(cluster, "before ", 3);
    await cluster.restart("n1");
    const after = await proposeMany(cluster, "after ", 3);
    expect(cluster.lines("n1")).toEqual([...before, ...after]);
    await cluster.close();
  });
});

describe("snapshots between nodes", () => {
  test("a follower far behind gets the snapshot in chunks and then the log", async () => {
    const options = { snapshotPolicy: everyTen, trailingEntries: 2, snapshotChunkBytes: 50 };
    const cluster = await Cluster.start(3, options);
    const [follower = ""] = cluster.others(await cluster.elect());
    const before = await proposeMany(cluster, "before ", 5);
    cluster.crash(follower);
    const during = await proposeMany(cluster, "during ", 40);
    let chunks = 0;
    cluster.network.on("deliver", ({ to, message }) => {
      if (to === follower && message.type === "install-snapshot") chunks += 1;
    });
    const node = await cluster.start(follower);
    const events: string[] = [];
    node.on("snapshot", ({ origin }) => events.push(origin));
    await cluster.converge();
    expect(cluster.life(follower).machine.restores).toBe(1);
    expect(chunks).toBeGreaterThan(5);
    expect(events[0]).toBe("installed");
    const after = await proposeMany(cluster, "after ", 5);
    await cluster.converge();
    expect(cluster.lines(follower)).toEqual([...before, ...during, ...after]);
    await cluster.restart(follower);
    await cluster.converge();
    expect(cluster.lines(follower)).toEqual([...before, ...during, ...after]);
    await cluster.close();
  });

  test("P37: writes go on while a follower takes a snapshot, and it still catches up", async () => {
    const options = { snapshotPolicy: everyTen, trailingEntries: 2, snapshotChunkBytes: 20 };
    const cluster = await Cluster.start(3, options);
    const [follower = ""] = cluster.others(await cluster.elect());
    cluster.crash(follower);
    const lines = [...(await proposeMany(cluster, "while down ", 30))];
    await cluster.start(follower);
    lines.push(...(await proposeMany(cluster, "while receiving ", 60)));
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(lines);
    await cluster.close();
  });

  test("a follower killed at any time while it receives a snapshot starts over", async () => {
    const options = { snapshotPolicy: everyTen, trailingEntries: 2, snapshotChunkBytes: 30 };
    const cluster = await Cluster.start(3, options);
    const [follower = ""] = cluster.others(await cluster.elect());
    cluster.crash(follower);
    const lines = await proposeMany(cluster, "line ", 30);
    for (let ms = 0; ms < 60; ms += 3) {
      await cluster.start(follower);
      await cluster.clock.run(ms);
      cluster.crash(follower);
    }
    await cluster.start(follower);
    await cluster.converge();
    expect(cluster.lines(follower)).toEqual(lines);
    await cluster.close();
  });
});
