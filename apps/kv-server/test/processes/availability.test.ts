import { describe, expect, test } from "vitest";
import { problemIn } from "../http/client.ts";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";

/** Puts as a client that tries again does, and resolves once it has been answered 200. */
function put(node: TestNode, key: string): Promise<boolean> {
  return until(
    `a put on ${node.id}`,
    async () => (await node.call("PUT", `/v1/kv/${key}`, { body: key })).status === 200,
  );
}

describe("five processes", () => {
  test(
    "serve with two killed, refuse with three killed, and come back when one returns",
    { timeout: 90_000 },
    async () => {
      await using cluster = await TestCluster.start(5, ["--request-timeout-ms", "1000"]);
      await (await cluster.leader()).kill();
      await (await cluster.leader()).kill();
      for (const node of cluster.up) await put(node, `two-down-${node.id}`);
      for (const node of cluster.up) {
        expect((await node.call("GET", `/v1/kv/two-down-${node.id}`)).text).toBe(`two-down-${node.id}`);
      }

      const third = await cluster.leader();
      await third.kill();
      for (const node of cluster.up) {
        await until(`${node.id} to know of no leader`, async () => (await node.status()).leader === null);
      }
      for (const node of cluster.up) {
        const refused = await node.call("PUT", "/v1/kv/three-down", { body: "never" });
        expect(problemIn(refused)).toMatchObject({ status: 503, code: "NO_LEADER", outcome: "not-applied" });
        expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
        expect(problemIn(await node.call("GET", "/v1/kv/two-down-n1")).code).toBe("NO_LEADER");
        expect((await node.call("GET", "/livez")).status).toBe(200);
        expect((await node.call("GET", "/readyz")).status).toBe(503);
        const stale = await node.call("GET", `/v1/kv/two-down-${node.id}?consistency=stale`);
        expect([stale.status, stale.text]).toEqual([200, `two-down-${node.id}`]);
      }

      await third.start();
      for (const node of cluster.up) await put(node, `back-${node.id}`);
      for (const node of cluster.up) {
        expect((await node.call("GET", "/v1/kv/three-down")).status).toBe(404);
        expect((await node.call("GET", "/v1/kv/two-down-" + node.id)).status).toBe(200);
        await until(`${node.id} to be ready`, async () => (await node.call("GET", "/readyz")).status === 200);
      }
    },
  );
});
