import { describe, expect, test } from "vitest";
import { problemIn } from "../http/client.ts";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";
import { Workload } from "./workload.ts";

/** As an operator does it: looks what is the case, and asks again where it was not done, or nobody knows. */
async function remove(cluster: TestCluster, id: string): Promise<void> {
  await until(`${id} to be removed`, async () => {
    // One that goes need not hear of it.
    const node = cluster.up.find((each) => each.id !== id);
    const view = await node?.call("GET", "/v1/cluster/members");
    if (node === undefined || view?.status !== 200) return false;
    const { members, change } = JSON.parse(view.text) as { members: { id: string }[]; change: object | null };
    if (change !== null) return false;
    if (!members.some((member) => member.id === id)) return true;
    const reply = await node.call("DELETE", `/v1/cluster/members/${id}`);
    if (reply.status !== 200) refusals.push(problemIn(reply).code);
    return false;
  });
}

/** What was answered instead of "done", for who looks into a run. */
const refusals: string[] = [];

async function untilVoters(node: TestNode, voters: readonly string[]): Promise<void> {
  await until(`${node.id} to know ${voters.join(", ")} as voters`, async () => {
    const { members, isForgotten } = await node.status();
    const now = members.filter((member) => member.voter).map((member) => member.id);
    return !isForgotten && members.length === voters.length && now.toSorted().join() === voters.toSorted().join();
  });
}

describe("members come and go under load", () => {
  test(
    "P20 P23 P27 three grow to five, a dead one is replaced, five shrink to three, the lead is handed on ten times",
    { timeout: 150_000 },
    async () => {
      await using cluster = await TestCluster.start(3, ["--snapshot-entries", "500"]);
      const [n1, n2] = cluster.nodes;
      if (n1 === undefined || n2 === undefined) throw new Error("there are three");
      await cluster.agreedLeader();
      await using load = new Workload(cluster, { clients: 4, keys: 8 });
      await load.further(600);

      for (const id of ["n4", "n5"]) {
        const node = await cluster.newcomer(id, n1);
        await node.start();
      }
      for (const node of cluster.nodes) await untilVoters(node, ["n1", "n2", "n3", "n4", "n5"]);
      await load.further(100);

      await cluster.discard(n2);
      const n6 = await cluster.newcomer("n6", n1);
      await n6.start();
      await remove(cluster, "n2");
      for (const node of cluster.nodes) await untilVoters(node, ["n1", "n3", "n4", "n5", "n6"]);
      await load.further(100);

      // One of them may lead: it hands over and goes.
      const leader = await cluster.agreedLeader();
      const other = cluster.nodes.find((node) => node !== leader && node !== n1) ?? n1;
      for (const leaving of [other, leader]) {
        await remove(cluster, leaving.id);
        await cluster.discard(leaving);
      }
      const left = cluster.nodes.map((node) => node.id);
      expect(left).toHaveLength(3);
      for (const node of cluster.nodes) await untilVoters(node, left);

      const begunMs = performance.now();
      for (let n = 0; n < 10; n += 1) {
        const from = await cluster.agreedLeader();
        const to = cluster.nodes[(cluster.nodes.indexOf(from) + 1) % 3];
        await until(`the lead to go to ${to?.id}`, async () => {
          const reply = await from.call("POST", "/v1/cluster/transfer", { body: JSON.stringify({ to: to?.id }) });
          return reply.status === 200;
        });
        await load.further(20);
      }
      await load.stop();
      load.assertLinearizable();
      expect(load.history.filter(({ input }) => input.type === "read").length).toBeGreaterThan(300);
      console.log(
        `${load.acked} writes acknowledged; the longest gap: ${load.longestGapMs()} ms, ${load.longestGapMs(begunMs)} ms during ten transfers; refused: ${refusals.join(", ") || "nothing"}`,
      );
    },
  );
});
