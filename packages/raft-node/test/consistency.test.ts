import type { NodeId } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import type { ReadConsistency } from "../src/index.ts";
import { Cluster } from "./support/cluster.ts";

interface Split {
  readonly cluster: Cluster;
  /** The leader from before the partition, cut off alone. */
  readonly old: NodeId;
  /** The leader of the other two, who has written since. */
  readonly current: NodeId;
}

/** What a read gives: the lines that it sees, or the code of its refusal; "waits" if neither comes within 50 ms. */
async function readOn(cluster: Cluster, id: NodeId, consistency: ReadConsistency): Promise<unknown> {
  const abort = new AbortController();
  const cancel = cluster.clock.after(50, () => abort.abort(new Error("waits")));
  const answer = cluster
    .node(id)
    .read(0, { consistency, signal: abort.signal })
    .then(
      (lines) => lines.join(" "),
      (error: unknown) => (error instanceof Error && "code" in error ? error.code : "waits"),
    );
  const outcome = await cluster.clock.during(answer);
  cancel();
  return outcome;
}

/** "new" is written by a majority that the old leader cannot reach; it still believes that it leads. */
async function split(): Promise<Split> {
  const cluster = await Cluster.start(3, { leaseDriftMax: 0.1 });
  const old = await cluster.elect();
  await cluster.propose(old, "old");
  await cluster.converge();
  // Somebody reads while all is well, or a bounded read would know nothing.
  await readOn(cluster, old, "linearizable");
  cluster.network.isolate(old);
  await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== old, "another leader");
  const current = cluster.leader ?? "";
  await cluster.propose(current, "new");
  return { cluster, old, current };
}

describe("during a partition, on the side of the minority", () => {
  test.each<[ReadConsistency, unknown, string]>([
    ["linearizable", "NO_LEADER", "is refused: it cannot know what was written"],
    ["lease", "NO_LEADER", "is refused: its lease is over before anybody else can be elected"],
    [{ maxStalenessMs: 10 }, "NO_LEADER", "is refused: nothing was heard of for longer"],
    [{ maxStalenessMs: 60_000 }, "old", "is answered: the state was known to be current less than a minute ago"],
    [{ minIndex: 3 }, "old", "is answered: the state is that far"],
    [{ minIndex: 1_000 }, "waits", "waits: the state is not that far"],
    ["stale", "old", "is answered, whatever was written since"],
  ])("a read with %o gives %s and %s", async (consistency, expected) => {
    const { cluster, old } = await split();
    await cluster.clock.until(() => cluster.node(old).status().role !== "leader", "it notices");
    expect(await readOn(cluster, old, consistency)).toBe(expected);
    await cluster.close();
  });

  test("even before the old leader notices, only reads that promise nothing miss what was written", async () => {
    const cluster = await Cluster.start(3, { leaseDriftMax: 0.1 });
    const old = await cluster.elect();
    await cluster.propose(old, "old");
    await cluster.clock.run(200);
    cluster.network.isolate(old);
    const isElected = (): boolean => cluster.others(old).some((id) => cluster.node(id).status().role === "leader");
    const seen: unknown[] = [];
    while (!isElected()) {
      seen.push(await readOn(cluster, old, "lease"));
      await cluster.clock.run(1);
    }
    expect(seen[0], "the lease still held").toBe("old");
    expect(await readOn(cluster, old, "lease")).not.toBe("old");
    expect(await readOn(cluster, old, "stale")).toBe("old");
    await cluster.close();
  });
});

describe("where a majority is there", () => {
  test.each<ReadConsistency>(["linearizable", "lease", { maxStalenessMs: 0 }])(
    "a read with %o shows what was written, on leader, follower and learner",
    async (consistency) => {
      const { cluster, current } = await split();
      cluster.network.heal();
      await cluster.join("n4");
      const learner = { id: "n4", address: "", learner: true };
      await cluster.clock.during(cluster.node(current).changeMembers({ add: [learner] }));
      const knows = (id: NodeId): boolean => cluster.node(id).status().leader?.id === current;
      await cluster.clock.until(() => cluster.running.every(knows), "all know the leader");
      for (const id of cluster.running) expect(await readOn(cluster, id, consistency), id).toBe("old new");
      await cluster.close();
    },
  );

  test("a leader with a lease asks nobody", async () => {
    const { cluster, current } = await split();
    cluster.network.heal();
    await cluster.clock.run(500);
    cluster.network.setLinks({ delayMinMs: 20, delayMaxMs: 20 });
    const before = cluster.clock.now();
    expect(await readOn(cluster, current, "lease")).toBe("old new");
    expect(cluster.clock.now()).toBe(before);
    expect(await readOn(cluster, current, "linearizable")).toBe("old new");
    expect(cluster.clock.now()).toBeGreaterThanOrEqual(before + 40);
    await cluster.close();
  });

  test("P33: a long pause of the process ends the lease, and the lead", async () => {
    const { cluster, current } = await split();
    cluster.network.heal();
    await cluster.clock.run(500);
    cluster.network.setLinks({ delayMinMs: 20, delayMaxMs: 20 });
    cluster.clock.stall(1_000);
    expect(await readOn(cluster, current, "lease")).toBe("NO_LEADER");
    await cluster.close();
  });
});

test("lease reads must be asked for when the node is opened", async () => {
  const cluster = await Cluster.start(1);
  const leader = await cluster.elect();
  await expect(cluster.node(leader).read(0, { consistency: "lease" })).rejects.toThrow(/leaseDriftMax/);
  await cluster.close();
});
