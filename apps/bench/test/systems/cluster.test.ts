import { afterEach, beforeEach, expect, test } from "vitest";
import { Ground } from "../../src/ground/ground.ts";
import type { LoadJob } from "../../src/load/job.ts";
import { LoadProcess } from "../../src/load/load-process.ts";
import { Cluster } from "../../src/systems/cluster.ts";
import type { NodeStatus, System } from "../../src/systems/system.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await Ground.open({ progress: () => undefined, warn: () => undefined });
});
afterEach(() => ground.close());

/** Its nodes and its load are shell scripts; what nodes say comes from `statusOf`. */
function systemOf(script: string, statusOf: (id: string) => NodeStatus | undefined = () => undefined): System {
  return {
    ...{ name: "scripted", version: "1" },
    lay: async ({ nodes }) => {
      const ids = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
      return ids.map((id) => ({ id, url: id, command: "sh", args: ["-c", script, id] }));
    },
    statusOf: async (url) => statusOf(url),
    countersOf: async () => ({ syncs: 0, entries: 0 }),
    loadCommand: () => ({ command: "sh", args: ["-c", script] }),
  };
}

const options = { nodes: 3, allowsLease: false, name: "cluster" };
const job: LoadJob = {
  ...{ endpoints: [], scenario: "put", clients: 1, connections: 1, total: 1, warmUp: 0, valueBytes: 1, keys: 1 },
  ...{ timeoutMs: 1, preparers: 1, samples: "none" },
};

const obstacles: readonly {
  readonly name: string;
  readonly node: string;
  readonly status: Partial<NodeStatus> | undefined;
}[] = [
  { name: "answers", node: "n1", status: undefined },
  { name: "knows the leader", node: "n1", status: { leader: "n3" } },
  { name: "has applied what the leader had", node: "n3", status: { appliedIndex: 3 } },
];

test.each(obstacles)("is not whole before every node $name", async ({ node, status }) => {
  let asked = 0;
  const statusOf = (id: string): NodeStatus | undefined => {
    asked += 1;
    // The leader goes on meanwhile: that is not waited for.
    const well = { isLeader: id === "n2", leader: "n2", appliedIndex: id === "n2" ? 4 + asked : 7 };
    if (id !== node || asked >= 30) return well;
    return status === undefined ? undefined : { ...well, ...status };
  };
  await using _cluster = await Cluster.open(systemOf("exec sleep 600", statusOf), ground, options);
  expect(asked).toBeGreaterThanOrEqual(30);
});

test("nodes are killed and started again one by one", async () => {
  const statusOf = (id: string): NodeStatus => ({ isLeader: id === "n2", leader: "n2", appliedIndex: 1 });
  await using cluster = await Cluster.open(systemOf("exec sleep 600", statusOf), ground, options);
  await cluster.kill("n2");
  expect(cluster.nodes.map(({ id }) => id)).toEqual(["n1", "n3"]);
  await expect(cluster.kill("n2")).rejects.toThrow("no node that is up");
  await cluster.start("n2");
  expect(cluster.nodes).toHaveLength(3);
  expect((await cluster.whole()).id).toBe("n2");
});

test("a node that ends by itself is named with what it has said last", async () => {
  const opening = Cluster.open(systemOf("echo there is no room >&2; exit 3"), ground, options);
  await expect(opening).rejects.toThrow(/scripted n\d has ended by itself: exit code 3\nthere is no room/);
});

test("a load that cannot be prepared is refused in its own words", async () => {
  const opening = LoadProcess.open(systemOf("echo nobody answers >&2; exit 1"), ground, job);
  await expect(opening).rejects.toThrow("the load generator has ended before its time: nobody answers");
});

test("a load tells how far it is, and its errors at the end", async () => {
  const lines = [
    `echo '{"type":"ready"}'; read word; [ $word = go ] || exit 1`,
    `echo '{"type":"progress","done":5,"errors":1,"acknowledgedUs":7}'`,
    `echo '{"type":"done","errors":{"X":1}}'; read end`,
  ];
  const load = await LoadProcess.open(systemOf(lines.join("\n")), ground, job);
  const heard: number[] = [];
  load.on(({ done, acknowledgedUs }) => heard.push(done, acknowledgedUs));
  load.begin();
  expect(await load.done()).toEqual({ X: 1 });
  expect(heard).toEqual([5, 7]);
  await load.close();
});
