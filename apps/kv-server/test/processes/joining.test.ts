import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { host } from "../../src/demo/layout.ts";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";

/** What `id` is by the log of `node`. */
async function standing(node: TestNode, id: string): Promise<"voter" | "learner" | undefined> {
  const member = (await node.status()).members.find((each) => each.id === id);
  return member && (member.voter ? "voter" : "learner");
}

function says(node: TestNode, words: string): Promise<boolean> {
  return until(`${node.id} to say: ${words}`, async () => (await node.log()).includes(words));
}

function ready(node: TestNode): Promise<boolean> {
  return until(`${node.id} to be ready`, async () => (await node.call("GET", "/readyz")).status === 200);
}

async function put(node: TestNode, key: string): Promise<void> {
  await until(
    `a put on ${node.id}`,
    async () => (await node.call("PUT", `/v1/kv/${key}`, { body: key })).status === 200,
  );
}

async function ask(node: TestNode, method: string, path: string, body?: object): Promise<void> {
  await until(`${method} ${path}`, async () => {
    const reply = await node.call(method, path, body === undefined ? {} : { body: JSON.stringify(body) });
    return reply.status === 200;
  });
}

/** Whatever was answered: after "nobody knows" it may be gone already. */
async function remove(node: TestNode, id: string): Promise<void> {
  await until(`${id} to be removed`, async () => {
    await node.call("DELETE", `/v1/cluster/members/${id}`);
    return (await standing(node, id)) === undefined;
  });
}

/** A cluster of three with a key "before", of which n2 is down, and where that is to be found from now on. */
async function withMoved() {
  const cluster = await TestCluster.start(3);
  const [n1, n2] = cluster.nodes;
  if (n1 === undefined || n2 === undefined) throw new Error("there are three");
  await put(n1, "before");
  await n2.kill();
  const { place, address } = await cluster.newcomer("elsewhere", n1);
  const moved = { ...n2.place, peerPort: place.peerPort };
  return { cluster, n1, n2, place: moved, address, [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() };
}

describe("nodes that join", { timeout: 120_000 }, () => {
  test("become voters or stay learners; the same flags again change nothing, not even after a removal", async () => {
    await using cluster = await TestCluster.start(1, ["--log-level", "info"]);
    const [n1] = cluster.nodes;
    if (n1 === undefined) throw new Error("there is one");
    await put(n1, "before");
    const n2 = await cluster.newcomer("n2", n1);
    const n3 = await cluster.newcomer("n3", n1, ["--learner"]);
    await Promise.all([n2.start(), n3.start()]);
    await until("n2 to be a voter", async () => (await standing(n1, "n2")) === "voter");
    await until("n3 to be a learner", async () => (await standing(n1, "n3")) === "learner");
    await Promise.all([ready(n2), ready(n3)]);
    expect((await n3.call("GET", "/v1/kv/before")).text).toBe("before");
    for (const node of [n2, n3]) {
      await until(`${node.id} to be done`, async () => (await node.log()).includes('"msg":"joined the cluster"'));
    }

    const leader = await cluster.agreedLeader();
    await ask(leader, "POST", "/v1/cluster/members/n2/demote");
    await remove(leader, "n3");
    for (const node of [n2, n3]) {
      await node.terminate();
      await node.start();
      await until("--join to be ignored", async () => (await node.log()).includes("--join is ignored"));
    }
    await ready(n2);
    expect(await standing(n1, "n2")).toBe("learner");
    expect(await standing(n1, "n3")).toBeUndefined();
    expect((await n3.call("GET", "/readyz")).status).toBe(503);
  });

  test("P26 a wiped founder says that it has lost its data, and is a voter again once it is removed and added", async () => {
    await using cluster = await TestCluster.start(3);
    const [n1, n2, n3] = cluster.nodes;
    if (n1 === undefined || n2 === undefined || n3 === undefined) throw new Error("there are three");
    await put(n1, "before");
    await until("n3 to be known as who it is", async () => {
      const { members } = JSON.parse((await n1.call("GET", "/v1/cluster/members")).text) as {
        members: { incarnation?: number }[];
      };
      return members.every((member) => member.incarnation !== undefined);
    });
    await n3.wipe();
    await n3.start();
    const status = await until("n3 to know that it is forgotten", async () => {
      const now = await n3.status();
      return now.isForgotten && now;
    });
    expect(status.remedy).toContain("DELETE /v1/cluster/members/n3");
    expect((await n3.call("GET", "/readyz")).text).toMatch(/^\[-\]member failed: this node has lost/);
    await until("the log to say so", async () =>
      /"remedy":"[^"]*DELETE[^"]*".*lost what it had stored/.test(await n3.log()),
    );
    await put(n1, "meanwhile");

    await remove(n1, "n3");
    await ask(n1, "POST", "/v1/cluster/members", { id: "n3", address: n3.address });
    await ready(n3);
    expect(await standing(n1, "n3")).toBe("voter");
    await n2.kill();
    await put(n1, "with-n3");
    expect((await n3.call("GET", "/v1/kv/with-n3")).text).toBe("with-n3");
    expect((await n3.call("GET", "/v1/kv/meanwhile")).text).toBe("meanwhile");
  });

  test("P26 a wiped node that joined does not start before it is removed", async () => {
    await using cluster = await TestCluster.start(1);
    const [n1] = cluster.nodes;
    if (n1 === undefined) throw new Error("there is one");
    const n2 = await cluster.newcomer("n2", n1, ["--learner"]);
    await n2.start();
    await ready(n2);
    await until("n2 to be known as who it is", async () =>
      /"id":"n2"[^}]*"incarnation"/.test((await n1.call("GET", "/v1/cluster/members")).text),
    );
    await n2.wipe();
    await expect(n2.start()).rejects.toThrow(/has a member n2 that has stored something.*curl -X DELETE/);
    await n2.kill();
    await remove(n1, "n2");
    await n2.start();
    await ready(n2);
  });

  test("P26 a wiped founder joins anew, on an empty directory, once it is removed", async () => {
    await using cluster = await TestCluster.start(3);
    const [n1, n2, n3] = cluster.nodes;
    if (n1 === undefined || n2 === undefined || n3 === undefined) throw new Error("there are three");
    await put(n1, "before");
    await n3.wipe();
    const again = await cluster.newcomer("n3", n1);
    await expect(again.start()).rejects.toThrow(
      /cannot join cluster \S+ at http.* it has a member n3 .*curl -X DELETE/,
    );
    await again.kill();
    await remove(n1, "n3");
    await again.start();
    await until("n3 to be a voter", async () => (await standing(n1, "n3")) === "voter");
    await ready(again);
    await n2.kill();
    await put(n1, "with-n3");
    expect((await again.call("GET", "/v1/kv/with-n3")).text).toBe("with-n3");
  });

  test("P27 one that cannot be reached says so, does not add itself again when it is removed, and joins where it can be", async () => {
    await using cluster = await TestCluster.start(1, ["--log-level", "info"]);
    const [n1] = cluster.nodes;
    if (n1 === undefined) throw new Error("there is one");
    const nowhere = `${host}:1`;
    const n2 = await cluster.newcomer("n2", n1, ["--address", nowhere]);
    await n2.start();
    await says(n2, `not reached at ${nowhere} by the cluster yet`);
    expect(await standing(n1, "n2")).toBe("learner");
    await n2.terminate();
    await n2.startAt(n2.place, ["--address", n2.address]);
    await says(n2, "the cluster has been told of another address");
    await until("n2 to be a voter", async () => (await standing(n1, "n2")) === "voter");

    const n3 = await cluster.newcomer("n3", n1, ["--address", nowhere]);
    await n3.start();
    await says(n3, `not reached at ${nowhere} by the cluster yet`);
    await remove(n1, "n3");
    await says(n3, "removed while it joined");
    expect(await standing(n1, "n3")).toBeUndefined();
  });

  test("a founder that is started at another address tells the cluster by itself", async () => {
    await using moving = await withMoved();
    const { n1, n2, place, address } = moving;
    await n2.startAt(place, ["--address", address]);
    await ready(n2);
    // It is ready before: the others answer it on the connections that it has made.
    const addressOf = async (node: TestNode): Promise<string | undefined> =>
      (await node.status()).members.find((member) => member.id === "n2")?.address;
    await until("the cluster to know", async () => (await addressOf(n1)) === address);
    const record = async (): Promise<string> => readFile(join(n2.place.directory, "node.json"), "utf8");
    expect(await record()).toContain(address);
    // From now on it is the log that says where the node is, not the flags of its first start.
    await n2.terminate();
    await n2.startAt(place);
    await ready(n2);
    expect([await addressOf(n1), (await record()).includes(address)]).toEqual([address, true]);
  });

  test("a node that has moved is reached again once its address is changed", async () => {
    await using moving = await withMoved();
    const { cluster, n1, n2, place, address } = moving;
    await n2.startAt(place);
    await ask(n1, "PUT", "/v1/cluster/members/n2/address", { address });
    await ready(n2);
    // What is carried from node to node goes to the new address, too.
    await until("n2 to lead", async () => {
      const leader = await cluster.agreedLeader();
      if (leader === n2) return true;
      await leader.call("POST", "/v1/cluster/transfer", { body: '{"to":"n2"}' });
      return false;
    });
    await put(n1, "carried");
    expect((await n1.call("GET", "/v1/kv/carried")).text).toBe("carried");
  });
});
