import { expect, test } from "vitest";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";
import { Workload } from "./workload.ts";

const rounds = 3;

interface Parting {
  readonly name: string;
  /** Has the leader lose its lead; resolves when that has begun, or is done. */
  readonly part: (leader: TestNode) => Promise<unknown>;
}

const partings: readonly Parting[] = [
  { name: "kill -9", part: (leader) => leader.kill() },
  { name: "SIGTERM", part: (leader) => leader.terminate() },
  {
    name: "transfer",
    // A cluster that gets no time to run may not manage it at the first try.
    part: (leader) =>
      until("a transfer", async () => (await leader.call("POST", "/v1/cluster/transfer")).status === 200),
  },
];

test(
  "P50 a leader that is stopped or asked to hands over its lead: no write is lost, and the gap is told",
  { timeout: 120_000 },
  async () => {
    await using cluster = await TestCluster.start(3, ["--log-level", "info"]);
    await cluster.agreedLeader();
    await using load = new Workload(cluster, { clients: 3, keys: 6 });
    const told: string[] = [];
    let handedOver = 0;
    for (const { name, part } of partings) {
      let longestMs = 0;
      for (let round = 0; round < rounds; round += 1) {
        const leader = await cluster.agreedLeader();
        await load.further(50);
        const begunMs = performance.now();
        await part(leader);
        await load.further(50);
        longestMs = Math.max(longestMs, load.longestGapMs(begunMs - 20));
        if (!leader.isUp) await leader.start();
      }
      told.push(`${name} ${longestMs} ms`);
      const logs = await Promise.all(cluster.nodes.map((node) => node.log()));
      handedOver = logs.join("").split('"msg":"handed over the lead"').length - 1;
      if (name === "kill -9") expect(handedOver).toBe(0);
    }
    await load.stop();
    load.assertLinearizable();
    expect(handedOver).toBeGreaterThan(0);
    console.log(`the longest gap between two writes, of ${rounds} each: ${told.join(", ")}`);
  },
);
