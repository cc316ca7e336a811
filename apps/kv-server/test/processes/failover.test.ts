import { describe, expect, test } from "vitest";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";

const keys = Array.from({ length: 1000 }, (_, i) => `key-${i}`);

describe("three processes", () => {
  test(
    "1,000 keys are put while the leader is killed with -9 twice and restarted: all that were answered 200 are on every node",
    { timeout: 90_000 },
    async () => {
      await using cluster = await TestCluster.start(3, ["--snapshot-entries", "200"]);
      await cluster.leader();
      let acknowledged = 0;
      const killings: string[] = [];
      const killLeaderAt = async (count: number): Promise<void> => {
        await until(`${count} acknowledged puts`, () => acknowledged >= count, 60_000);
        const leader = await cluster.leader();
        await leader.kill();
        killings.push(leader.id);
        await cluster.leader();
        await leader.start();
      };
      const kill = killLeaderAt(250).then(() => killLeaderAt(600));
      await inParallel(12, keys, async (key, n) => {
        await putUntilDone(cluster, key, n);
        acknowledged += 1;
      });
      await kill;
      expect(killings).toHaveLength(2);
      for (const node of cluster.nodes) {
        await inParallel(12, keys, async (key) => expect(await read(node, key)).toBe(`value of ${key}`));
      }
    },
  );
});

/**
 * As a client does it: what is refused, unknown, or lost with a connection is put again, elsewhere. The same value under
 * the same key may be put twice.
 */
async function putUntilDone(cluster: TestCluster, key: string, first: number): Promise<void> {
  let turn = first;
  await until(
    `the put of ${key}`,
    async () => {
      const node = cluster.nodes[turn++ % cluster.nodes.length];
      const status = await node?.call("PUT", `/v1/kv/${key}`, { body: `value of ${key}` }).then(
        (reply) => reply.status,
        () => undefined,
      );
      if (status !== undefined && ![200, 503, 504].includes(status)) throw new Error(`${key}: status ${status}`);
      return status === 200;
    },
    30_000,
  );
}

/** Linearizable; a node that has no leader yet is asked again. */
function read(node: TestNode, key: string): Promise<string> {
  return until(`${key} from ${node.id}`, async () => {
    const reply = await node.call("GET", `/v1/kv/${key}?consistency=linearizable`);
    if (reply.status !== 503) return reply.status === 200 ? reply.text : `status ${reply.status}`;
    return undefined;
  });
}

async function inParallel<T>(width: number, items: readonly T[], body: (item: T, n: number) => Promise<void>) {
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [n, item] of queue) await body(item, n);
  };
  await Promise.all(Array.from({ length: width }, work));
}
