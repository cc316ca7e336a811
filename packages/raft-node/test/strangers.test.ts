import { type Member, type NodeId, RaftError } from "@quorate/raft-core";
import { MemorySnapshotStore } from "@quorate/snapshot";
import { MemoryStorage } from "@quorate/storage-memory";
import { WsTransport } from "@quorate/transport-ws";
import { afterEach, expect, test } from "vitest";
import { RaftNode } from "../src/index.ts";
import type { TextNode, TextNodeOptions } from "./support/cluster.ts";
import { TextMachine, text } from "./support/text-machine.ts";

interface Running {
  readonly member: Member;
  readonly node: TextNode;
  readonly machine: TextMachine;
  readonly storage: MemoryStorage;
  readonly transport: WsTransport;
}

const HOST = "127.0.0.1";
const running = new Map<NodeId, Running>();

type Ports = Pick<Running, "storage" | "transport">;

async function portsOf(id: NodeId, storage?: MemoryStorage, port = 0): Promise<Ports> {
  const transport = await WsTransport.open({ id, clusterId: "strangers", listen: { host: HOST, port } });
  return { transport, storage: storage ?? (await MemoryStorage.open()) };
}

async function start(id: NodeId, ports: Ports, begin: Pick<TextNodeOptions, "members" | "join">): Promise<Running> {
  const machine = new TextMachine();
  const node = await RaftNode.open({
    ...{ id, ...ports, ...begin, stateMachine: machine, snapshots: await MemorySnapshotStore.open() },
    electionTimeoutMinMs: 300,
    electionTimeoutMaxMs: 600,
  });
  const started = { member: memberOf(id, ports), node, machine, ...ports };
  running.set(id, started);
  return started;
}

const memberOf = (id: NodeId, { transport }: Ports): Member => ({ id, address: `${HOST}:${transport.port}` });

/** Asks whoever leads, until it is done: on a busy machine the lead may change. */
async function withLeader(body: (leader: TextNode) => Promise<unknown>): Promise<void> {
  for (;;) {
    const leader = [...running.values()].find(({ node }) => node.status().role === "leader");
    try {
      if (leader !== undefined) return void (await body(leader.node));
    } catch (error) {
      if (!(error instanceof RaftError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What was proposed again after an unknown outcome counts once. */
const linesOf = ({ machine }: Running): readonly string[] => [...new Set(machine.lines)];

async function stop(id: NodeId): Promise<void> {
  await running.get(id)?.node.close();
  running.delete(id);
}

afterEach(async () => {
  for (const id of running.keys()) await stop(id);
});

test("diss. §4.1: over sockets, a leader that the follower's configuration does not name replicates to it", async () => {
  const ids = ["n1", "n2", "n3"];
  const ports = await Promise.all(ids.map(async (id) => [id, await portsOf(id)] as const));
  const members = ports.map(([id, its]) => memberOf(id, its));
  const [, , away] = await Promise.all(ports.map(([id, its]) => start(id, its, { members })));
  await withLeader((leader) => leader.propose(text("first")));
  if (!away) throw new Error("n3 does not run");
  await expect.poll(() => linesOf(away), { timeout: 15_000 }).toEqual(["first"]);
  const kept = away.storage.crash();
  const { port } = away.transport;
  await stop("n3");

  const add: Member[] = [];
  for (const id of ["n4", "n5"]) add.push((await start(id, await portsOf(id), { join: true })).member);
  await withLeader(async (leader) => {
    if (leader.status().membership.voters.includes("n1")) await leader.changeMembers({ add, remove: ["n1", "n2"] });
  });
  await Promise.all([stop("n1"), stop("n2")]);
  await withLeader((leader) => leader.propose(text("second")));

  const back = await start("n3", await portsOf("n3", kept, port), { members });
  expect(back.node.status().membership.voters).toEqual(ids);
  await expect.poll(() => linesOf(back), { timeout: 15_000 }).toEqual(["first", "second"]);
  expect(back.node.status().membership.voters.toSorted()).toEqual(["n3", "n4", "n5"]);
  expect(["n4", "n5"]).toContain(back.node.status().leader?.id);
});
