import { type SnapshotPolicy, seededRandom } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Cluster } from "./support/cluster.ts";
import { text } from "./support/text-machine.ts";

const SEEDS = 30;
const PROPOSALS = 40;

const everyFifteen: SnapshotPolicy = ({ entries }) => entries >= 15;

interface Outcome {
  readonly line: string;
  readonly fate: "done" | "refused" | "unknown";
}

/** Proposes on whoever seems to lead and notes what it is told, at last when its patience ends. */
async function propose(cluster: Cluster, line: string): Promise<Outcome> {
  const abort = new AbortController();
  const cancel = cluster.clock.after(2_000, () => abort.abort(new Error("too long")));
  try {
    const id = cluster.leader ?? cluster.running[0] ?? "";
    await cluster.node(id).propose(text(line), { signal: abort.signal });
    return { line, fate: "done" };
  } catch (error) {
    const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
    return { line, fate: code === "NO_LEADER" || code === "NOT_LEADER" ? "refused" : "unknown" };
  } finally {
    cancel();
  }
}

/** One history: a bad network, leaders killed and cut off now and then, and in the end a good one. */
async function history(seed: number): Promise<{ readonly outcomes: readonly Outcome[]; readonly cluster: Cluster }> {
  const chance = seededRandom(`${seed}/faults`);
  const cluster = new Cluster(5, { seed, snapshotPolicy: everyFifteen, trailingEntries: 4, snapshotChunkBytes: 40 });
  cluster.network.setLinks({ delayMinMs: 1, delayMaxMs: 20, dropRate: 0.2, duplicateRate: 0.1, ordered: false });
  for (const id of cluster.ids) await cluster.start(id);
  const outcomes: Promise<Outcome>[] = [];
  let isolated = 0;
  for (let i = 0; i < PROPOSALS; i += 1) {
    if (chance.next() < 0.7) await cluster.elect();
    outcomes.push(propose(cluster, `line ${i}`));
    await cluster.clock.run(chance.next() * 40);
    const victim = cluster.leader ?? cluster.ids[i % 5] ?? "";
    if (chance.next() < 0.05) await cluster.restart(victim);
    else if (chance.next() < 0.1 && isolated < 2) {
      // Of five, three can always elect a leader.
      cluster.network.isolate(victim);
      isolated += 1;
    } else if (chance.next() < 0.3) {
      cluster.network.heal();
      isolated = 0;
    }
  }
  cluster.network.heal();
  cluster.network.setLinks({ dropRate: 0, duplicateRate: 0, ordered: true });
  await cluster.converge(60_000);
  return { outcomes: await cluster.clock.during(Promise.all(outcomes)), cluster };
}

describe("five nodes on a network that loses a fifth, repeats a tenth and reorders the rest", () => {
  test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))("seed %i", async (seed) => {
    const { outcomes, cluster } = await history(seed);
    const [first = "", ...others] = cluster.ids;
    const lines = cluster.lines(first);
    for (const id of others) expect(cluster.lines(id), id).toEqual(lines);
    expect(new Set(lines).size, "nothing is applied twice").toBe(lines.length);
    for (const { line, fate } of outcomes) {
      if (fate === "done") expect(lines, "an acknowledged line is there").toContain(line);
      if (fate === "refused") expect(lines, "a refused line never is").not.toContain(line);
    }
    for (const id of cluster.ids) expect(cluster.node(id).status().failed).toBeUndefined();
    await cluster.close();
  });

  test("the same seed gives the same history", async () => {
    const [one, two] = [await history(7), await history(7)];
    expect(two.outcomes).toEqual(one.outcomes);
    expect(two.cluster.clock.now()).toBe(one.cluster.clock.now());
    await one.cluster.close();
    await two.cluster.close();
  });
});
