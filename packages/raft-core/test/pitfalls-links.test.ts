import { describe, expect, test } from "vitest";
import { seededRandom } from "../src/index.ts";
import { Cluster } from "./harness/cluster.ts";
import { bytesOf, quintet } from "./harness/stored.ts";

type Link = readonly [from: string, to: string];

const links: readonly Link[] = quintet.voters.flatMap((from) =>
  quintet.voters.filter((to) => to !== from).map((to): Link => [from, to]),
);

const SAMPLES = 1000;
const TIMEOUT_MS = 300;

function five(seed: number): Cluster {
  const random = (id: string) => seededRandom(`links/${seed}/${id}`);
  return new Cluster(quintet.voters.map((id) => ({ id, membership: quintet, random: random(id) })));
}

/** Who hears, and is heard by, two others: with itself a majority. */
function hubsOf(cut: readonly Link[]): readonly string[] {
  const isCut = (from: string, to: string): boolean => cut.some(([a, b]) => a === from && b === to);
  const peersOf = (id: string) => quintet.voters.filter((to) => to !== id && !isCut(id, to) && !isCut(to, id));
  return quintet.voters.filter((id) => peersOf(id).length >= 2);
}

const leadersOf = (cluster: Cluster) => cluster.ids.filter((id) => cluster.node(id).raft.role === "leader");

/** Who leads, and in which term. */
function reignOf(cluster: Cluster): string {
  const reigns = leadersOf(cluster).map((id) => `${id} in ${cluster.node(id).raft.term}`);
  return reigns.join(", ");
}

/** All that are seen at the ends of so many election timeouts. */
function reignsIn(cluster: Cluster, timeouts: number): readonly string[] {
  const seen = new Set<string>();
  for (let each = 0; each < timeouts; each += 1) {
    cluster.pass(TIMEOUT_MS);
    seen.add(reignOf(cluster));
  }
  return [...seen];
}

const oneReign: readonly unknown[] = [expect.stringMatching(/^n\d in \d+$/)];

/** How many nodes know a new entry to be committed, a little later. */
function commits(cluster: Cluster): number {
  const leader = cluster.leader ?? "";
  const { lastIndex } = cluster.node(leader).raft;
  cluster.give(leader, { type: "propose", id: 1, commands: [bytesOf("new")] });
  cluster.deliver();
  cluster.pass(100);
  return cluster.ids.filter((id) => cluster.node(id).raft.commitIndex > lastIndex).length;
}

describe("P15 five nodes, whatever one-way links are cut", () => {
  const text =
    "one goes on leading wherever a node has links to and from a majority, the old one if it has; healed, all are one";

  test(text, { timeout: 60_000 }, () => {
    const random = seededRandom("links");
    let live = 0;
    for (let seed = 0; seed < SAMPLES; seed += 1) {
      const cluster = five(seed);
      cluster.pass(4 * TIMEOUT_MS);
      const before = reignOf(cluster);
      const leader = cluster.leader ?? "";
      // Few links, half of them, or most.
      const share = random.next();
      const cut = links.filter(() => random.next() < share);
      for (const [from, to] of cut) cluster.cut(from, to, "one-way");
      const name = `seed ${seed}: ${cut.map((link) => link.join(">")).join(" ")}`;
      const hubs = hubsOf(cut);
      const settling = reignsIn(cluster, 16);
      if (hubs.includes(leader)) expect(settling, name).toEqual([before]);
      const settled = reignsIn(cluster, 12);
      expect(settled, name).toEqual(hubs.length > 0 ? oneReign : [""]);
      if (hubs.length > 0) {
        live += 1;
        expect(commits(cluster), name).toBeGreaterThanOrEqual(3);
      }
      cluster.heal();
      reignsIn(cluster, 12);
      expect(reignsIn(cluster, 4), `healed, ${name}`).toEqual(oneReign);
      expect(commits(cluster), `healed, ${name}`).toBe(5);
    }
    // Neither with nor without a leader is the exception.
    expect(live).toBeGreaterThan(SAMPLES / 3);
    expect(live).toBeLessThan((SAMPLES * 2) / 3);
  });
});
