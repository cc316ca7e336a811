import type { Member, NodeId } from "@quorate/raft-core";
import { MemorySnapshotStore } from "@quorate/snapshot";
import { MemoryStorage } from "@quorate/storage-memory";
import { WsTransport } from "@quorate/transport-ws";
import { describe, expect, test } from "vitest";
import { RaftNode } from "../src/index.ts";
import { Cluster, type TextNode } from "./support/cluster.ts";
import { TextMachine } from "./support/text-machine.ts";

describe("P29 nodes that were begun with different members, and hear each other", () => {
  test.each([
    { one: ["n1", "n2"], other: ["n2", "n3"], why: "of which one does not name the other" },
    { one: ["n1", "n2"], other: ["n1", "n2", "n3"], why: "that name each other" },
  ])("$why elect nobody, and keep what they began with", async ({ one, other }) => {
    const cluster = new Cluster(3);
    const named = (ids: readonly NodeId[]) => cluster.members.filter(({ id }) => ids.includes(id));
    const nodes = [
      await cluster.start("n1", { members: named(one) }),
      await cluster.start("n2", { members: named(other) }),
    ];
    await cluster.clock.run(20_000);
    for (const node of nodes) {
      expect(node.status()).toMatchObject({ term: 0, lastIndex: 1, leader: undefined });
    }
    expect(nodes.map((node) => node.status().membership.voters)).toEqual([one, other]);
    await cluster.close();
  });
});

interface Begun {
  readonly node: TextNode;
  readonly transport: WsTransport;
}

/** As `kv-server` does where nobody gives an id. */
const clusterIdOf = (members: readonly Member[]) => members.map(({ id }) => id).join(",");

async function begin(id: NodeId, members: readonly Member[], port: number): Promise<Begun> {
  const listen = { host: "127.0.0.1", port };
  const transport = await WsTransport.open({ id, clusterId: clusterIdOf(members), listen, reconnectMaxMs: 40 });
  const storage = await MemoryStorage.open();
  const snapshots = await MemorySnapshotStore.open();
  const stateMachine = new TextMachine();
  const node = await RaftNode.open({ id, members, storage, snapshots, transport, stateMachine });
  return { node, transport };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const listen = { host: "127.0.0.1", port: 0 };
  const ids = Array.from({ length: count }, (_, at) => `n${at + 1}`);
  const transports = await Promise.all(ids.map((id) => WsTransport.open({ id, clusterId: "free", listen })));
  const ports = transports.map(({ port = 0 }) => port);
  await Promise.all(transports.map((transport) => transport.close()));
  return ports;
}

describe("P29 nodes that were begun with different members, where the cluster's id is made from them", () => {
  test("T21: refuse each other, again and again; begun with the same, they are one cluster", async () => {
    const [a = 0, b = 0, c = 0] = await freePorts(3);
    const members = [a, b, c].map((port, at) => ({ id: `n${at + 1}`, address: `127.0.0.1:${port}` }));
    const pair = members.slice(0, 2);
    const first = await begin("n1", pair, a);
    const second = await begin("n2", members, b);
    for (const { node, transport } of [first, second]) {
      await expect.poll(() => transport.stats().refused, { timeout: 15_000 }).toBeGreaterThanOrEqual(5);
      expect(node.status()).toMatchObject({ term: 0, lastIndex: 1, leader: undefined });
    }
    await second.node.close();
    const agreeing = await begin("n2", pair, b);
    expect(await first.node.leader()).toEqual(await agreeing.node.leader());
    await Promise.all([first.node.close(), agreeing.node.close()]);
  });

  test("T21: of which one does not name the other: it refuses that one, and both keep what they began with", async () => {
    const [a = 0, b = 0, c = 0] = await freePorts(3);
    const members = [a, b, c].map((port, at) => ({ id: `n${at + 1}`, address: `127.0.0.1:${port}` }));
    const first = await begin("n1", members.slice(0, 2), a);
    const second = await begin("n2", members.slice(1), b);
    await expect.poll(() => second.transport.stats().refused, { timeout: 15_000 }).toBeGreaterThanOrEqual(5);
    for (const { node } of [first, second]) {
      expect(node.status()).toMatchObject({ term: 0, lastIndex: 1, leader: undefined });
    }
    await Promise.all([first.node.close(), second.node.close()]);
  });
});
