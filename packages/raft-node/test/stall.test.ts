import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Role } from "@quorate/raft-core";
import { MemorySnapshotStore } from "@quorate/snapshot";
import { MemoryStorage } from "@quorate/storage-memory";
import { WsTransport } from "@quorate/transport-ws";
import { expect, test } from "vitest";
import { RaftNode } from "../src/index.ts";
import { stallTiming } from "./support/stall-timing.ts";
import { TextMachine } from "./support/text-machine.ts";

/** Nothing at all happens in this process for so long. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function freeAddress(id: string): Promise<string> {
  const transport = await WsTransport.open({ id, clusterId: "stall", listen: { host: "127.0.0.1", port: 0 } });
  const address = `127.0.0.1:${transport.port}`;
  await transport.close();
  return address;
}

test("P54b: a process that stood still, on real sockets, reads what its leader has sent before it seeks election", async () => {
  const ids = ["n1", "n2", "n3"];
  const members = await Promise.all(ids.map(async (id) => ({ id, address: await freeAddress(id) })));
  const program = fileURLToPath(new URL("./stall-peers.ts", import.meta.url));
  const peers = spawn(process.execPath, [program, JSON.stringify(members)], { stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(peers, "exit");
  const says = createInterface({ input: peers.stdout })[Symbol.asyncIterator]();
  const port = Number(members[1]?.address.split(":")[1]);
  const node = await RaftNode.open({
    ...stallTiming,
    id: "n2",
    members,
    // Whatever it may do, it is not to be the one that leads.
    priority: 0,
    storage: await MemoryStorage.open(),
    snapshots: await MemorySnapshotStore.open(),
    transport: await WsTransport.open({ id: "n2", clusterId: "stall", listen: { host: "127.0.0.1", port } }),
    stateMachine: new TextMachine(),
  });
  try {
    await says.next();
    while ((await node.leader()).id === "n2") await nextTurn();
    const { term } = node.status();
    const roles: Role[] = [];
    const leaders: (string | undefined)[] = [];
    node.on("role", ({ role }) => void roles.push(role));
    node.on("leader", ({ leader }) => void leaders.push(leader?.id));
    for (let round = 0; round < 2; round += 1) {
      stall(2 * stallTiming.electionTimeoutMaxMs);
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    }
    expect({ roles, leaders }).toEqual({ roles: [], leaders: [] });
    expect(node.status().term).toBe(term);
  } finally {
    await node.close();
    peers.stdin.end();
    await exit;
  }
}, 30_000);
