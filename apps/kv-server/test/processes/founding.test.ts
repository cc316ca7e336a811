import { expect, test } from "vitest";
import { problemIn } from "../http/client.ts";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";

const waiting = "the cluster is founded as soon as all its founders are there: n1, n2, n3";

async function put(node: TestNode, key: string): Promise<void> {
  await until(
    `a put on ${node.id}`,
    async () => (await node.call("PUT", `/v1/kv/${key}`, { body: key })).status === 200,
  );
}

async function isFounding(node: TestNode): Promise<boolean> {
  const { text } = await node.call("GET", "/v1/cluster/members?consistency=stale");
  return (JSON.parse(text) as { founding?: true }).founding === true;
}

/** `absent` is the one founder that is not there. */
async function expectWaiting(node: TestNode, absent: string): Promise<void> {
  const refused = problemIn(await node.call("PUT", "/v1/kv/early", { body: "x" }));
  expect(refused).toMatchObject({ status: 503, code: "NO_LEADER", outcome: "not-applied" });
  expect(refused.detail).toContain(waiting);
  await until(`${absent} to be named`, async () => {
    const { text } = await node.call("GET", "/readyz");
    expect(text).toContain(`[-]leader failed: ${waiting}`);
    return new RegExp(`: ${waiting}; ${absent} has not answered for \\d+ s\n`).test(text);
  });
  expect(await isFounding(node)).toBe(true);
  expect(await node.log()).toContain(waiting);
}

test(
  "P26 a cluster begins with all its founders, goes on with a majority of them, and is not founded a second time",
  { timeout: 60_000 },
  async () => {
    await using cluster = await TestCluster.lay(3, ["--log-level", "info", "--request-timeout-ms", "1000"]);
    const [n1, n2, n3] = cluster.nodes;
    if (n1 === undefined || n2 === undefined || n3 === undefined) throw new Error("there are three");
    await Promise.all([n1.start(), n2.start()]);
    await expectWaiting(n1, "n3");
    const newcomer = await cluster.newcomer("n4", n1, ["--log-level", "info"]);
    await expect(newcomer.start()).rejects.toThrow(`n4 did not start: quorate-server: cannot join the cluster`);
    expect(await newcomer.log()).toContain(waiting);
    await cluster.discard(newcomer);
    await n3.start();
    await put(n1, "first");
    expect(await isFounding(n1)).toBe(false);
    await n3.kill();
    await put(n2, "second");

    // Two founders whose disks are lost are a majority, and know nothing of what a majority has acknowledged.
    await n1.kill();
    for (const node of [n2, n3]) await node.wipe();
    await Promise.all([n2.start(), n3.start()]);
    await expectWaiting(n2, "n1");
    await n1.start();
    await until("n2 to know that it is forgotten", async () => (await n2.status()).isForgotten);
    expect(problemIn(await n2.call("PUT", "/v1/kv/late", { body: "x" }))).toMatchObject({ code: "NOT_A_MEMBER" });
  },
);
