import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem as fileSystem } from "@quorate/file-system";
import { type Member, RaftError } from "@quorate/raft-core";
import { FileSnapshotStore, snapshotEvery } from "@quorate/snapshot";
import { type KvAnswer, type KvQuery, type KvResult, KvStateMachine, encodeCommand } from "@quorate/statemachine-kv";
import { FileStorage } from "@quorate/storage-file";
import { WsTransport } from "@quorate/transport-ws";
import { describe, expect, test } from "vitest";
import { RaftNode } from "../src/index.ts";

type KvNode = RaftNode<KvResult, KvQuery, KvAnswer>;

const clusterId = "real-ports";
const encoder = new TextEncoder();

interface Running {
  readonly node: KvNode;
  readonly machine: KvStateMachine;
}

/** The ports are known before the members are: each transport takes a free one. */
async function freeMembers(ids: readonly string[]): Promise<readonly Member[]> {
  const transports = await Promise.all(
    ids.map((id) => WsTransport.open({ id, clusterId, listen: { host: "127.0.0.1", port: 0 } })),
  );
  const members = transports.map((transport, i) => ({ id: ids[i] ?? "", address: `127.0.0.1:${transport.port}` }));
  await Promise.all(transports.map((transport) => transport.close()));
  return members;
}

async function start(id: string, members: readonly Member[], root: string): Promise<Running> {
  const directory = join(root, id);
  const port = Number(members.find((member) => member.id === id)?.address.split(":")[1]);
  const machine = new KvStateMachine();
  const node = await RaftNode.open({
    id,
    members,
    storage: await FileStorage.open({
      directory: join(directory, "log"),
      fileSystem,
      identity: { clusterId, nodeId: id },
      segmentBytes: 16_384,
    }),
    snapshots: await FileSnapshotStore.open({ directory: join(directory, "snapshots"), fileSystem }),
    transport: await WsTransport.open({ id, clusterId, listen: { host: "127.0.0.1", port } }),
    stateMachine: machine,
    snapshotPolicy: snapshotEvery({ entries: 60 }),
    trailingEntries: 10,
    electionTimeoutMinMs: 300,
    electionTimeoutMaxMs: 600,
  });
  return { node, machine };
}

/** Resolves with a node that leads. */
function leaderOf(nodes: readonly KvNode[]): Promise<KvNode> {
  return new Promise((resolve) => {
    for (const node of nodes) {
      if (node.status().role === "leader") resolve(node);
      node.on("role", ({ role }) => role === "leader" && resolve(node));
    }
  });
}

/** Every put is repeated until it is acknowledged: a busy machine may lose its leader, and puts may happen twice. */
async function put(nodes: readonly KvNode[], prefix: string, count: number): Promise<void> {
  const putOne = async (command: Uint8Array): Promise<void> => {
    for (;;) {
      const leader = await leaderOf(nodes);
      try {
        await leader.propose(command);
        return;
      } catch (error) {
        if (!(error instanceof RaftError) || leader.status().failed !== undefined) throw error;
      }
    }
  };
  const commands = Array.from({ length: count }, (_, i) =>
    encodeCommand({ type: "put", key: encoder.encode(`${prefix}/${i}`), value: encoder.encode(`value ${i}`) }),
  );
  await Promise.all(commands.map(putOne));
}

describe("three nodes on files and sockets", () => {
  test("replicate, restart one by one and all at once, and stay the same", async () => {
    const root = await mkdtemp(join(tmpdir(), "quorate-node-"));
    const ids = ["n1", "n2", "n3"];
    const members = await freeMembers(ids);
    let running = await Promise.all(ids.map((id) => start(id, members, root)));
    const nodes = (): readonly KvNode[] => running.map(({ node }) => node);
    try {
      await put(nodes(), "first", 100);
      for (const [i, id] of ids.entries()) {
        await running[i]?.node.close();
        const others = nodes().filter((_, other) => other !== i);
        await put(others, `without ${id}`, 100);
        running = running.with(i, await start(id, members, root));
      }
      await Promise.all(nodes().map((node) => node.close()));
      running = await Promise.all(ids.map((id) => start(id, members, root)));
      await put(nodes(), "last", 20);
      const range = { prefix: encoder.encode("") };
      const answers = await Promise.all(nodes().map((node) => node.read({ type: "count", range })));
      expect(answers.map((answer) => answer.type === "count" && answer.count)).toEqual([420, 420, 420]);
      expect(new Set(running.map(({ machine }) => machine.digest())).size).toBe(1);
      for (const node of nodes()) expect(node.status().snapshotIndex).toBeGreaterThan(0);
    } finally {
      await Promise.all(nodes().map((node) => node.close()));
      await rm(root, { recursive: true });
    }
  });
});
