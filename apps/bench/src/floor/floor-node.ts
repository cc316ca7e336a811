import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { type Storage, assert } from "@quorate/raft-core";
import { KvStateMachine } from "@quorate/statemachine-kv";
import { FileStorage } from "@quorate/storage-file";
import { WsTransport } from "@quorate/transport-ws";
import { ClientPort } from "./client-port.ts";
import { countedFileSystem } from "./counted-file-system.ts";
import { FLOOR_CLUSTER_ID, FLOOR_HOST, FLOOR_TERM, type FloorOptions } from "./floor-options.ts";
import { Follower } from "./follower.ts";
import { Leader } from "./leader.ts";
import { StatusPages } from "./status-pages.ts";

const GREETING_MS = 20;

/**
 * One node of the bare pipeline: what `kv-server` does with a put, apart from consensus and HTTP; the state machine only if it is asked for.
 * Connections, frames, records, files and syncs are made by the same packages. Resolves when it listens for clients;
 * `failed` is told of what must not happen here.
 */
export async function openFloorNode(options: FloorOptions, failed: (error: unknown) => void): Promise<void> {
  const { id, members, clientPort, directory } = options;
  const ids = members.map((member) => member.id);
  const [leaderId = id] = ids;
  const own = members.find((member) => member.id === id);
  assert(own !== undefined, `members do not name ${id}`);
  const { hostname: host, port } = new URL(`ws://${own.address}`);
  const counters = { syncs: 0, entries: 0 };
  const transport = await WsTransport.open({ id, clusterId: FLOOR_CLUSTER_ID, listen: { host, port: Number(port) } });
  const apply = options.applies ? applierTo(new KvStateMachine()) : (_command: Uint8Array, index: number) => index + 1;
  const ports = { apply, storage: await openStorage(id, directory, counters), transport, failed };
  const leader = id === leaderId ? new Leader(id, ids, ports) : undefined;
  const role = leader ?? new Follower(ports);
  transport.start({
    receive: (from, message) => role.receive(from, message),
    unreachable: (peer) => {
      // What a follower says is said again by what it says next.
      if (leader?.isReady === true) failed(new Error(`${peer} was unreachable: entries are not sent twice here`));
    },
  });
  transport.setMembers(members);
  const server = createServer(new StatusPages({ leaderId, leader, role, counters }).answer);
  if (leader !== undefined) {
    const greeting = setInterval(() => (leader.isReady ? clearInterval(greeting) : leader.greet()), GREETING_MS);
    const member = { id, url: `http://${FLOOR_HOST}:${clientPort}` };
    const welcome = { clusterId: FLOOR_CLUSTER_ID, nodeId: id, cluster: { leader: member, members: [member] } };
    new ClientPort({ server, welcome, take: (command, answer) => leader.take(command, answer), failed }).open();
  }
  server.listen({ host: FLOOR_HOST, port: clientPort });
  await once(server, "listening");
}

function applierTo(machine: KvStateMachine): (command: Uint8Array) => number {
  return (command) => {
    const result = machine.apply(command);
    assert(result.type === "put", `a put has come to ${result.type}`);
    return result.revision;
  };
}

/** The write-ahead log of `kv-server`; what it makes durable is counted. */
async function openStorage(
  nodeId: string,
  directory: string,
  counters: { syncs: number; entries: number },
): Promise<Pick<Storage, "append">> {
  const fileSystem = countedFileSystem(nodeFileSystem, () => {
    counters.syncs += 1;
  });
  const identity = { clusterId: FLOOR_CLUSTER_ID, nodeId };
  const storage = await FileStorage.open({ directory: join(directory, "log"), fileSystem, identity });
  await storage.load();
  await storage.append({ hardState: { term: FLOOR_TERM, votedFor: undefined }, entries: [] });
  return {
    append: async (write) => {
      await storage.append(write);
      counters.entries += write.entries.length;
    },
  };
}
