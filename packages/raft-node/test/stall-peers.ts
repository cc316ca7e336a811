import { MemorySnapshotStore } from "@quorate/snapshot";
import { MemoryStorage } from "@quorate/storage-memory";
import { WsTransport } from "@quorate/transport-ws";
import type { Member } from "@quorate/raft-core";
import { RaftNode } from "../src/index.ts";
import { stallTiming } from "./support/stall-timing.ts";
import { TextMachine } from "./support/text-machine.ts";

/** The nodes n1 and n3 of a cluster, in a process of their own; one of them leads. Says so when n1 does. */
const members = JSON.parse(process.argv[2] ?? "[]") as readonly Member[];

const nodes = await Promise.all(
  ["n1", "n3"].map(async (id) => {
    const port = Number(members.find((member) => member.id === id)?.address.split(":")[1]);
    return RaftNode.open({
      ...stallTiming,
      id,
      members,
      storage: await MemoryStorage.open(),
      snapshots: await MemorySnapshotStore.open(),
      transport: await WsTransport.open({ id, clusterId: "stall", listen: { host: "127.0.0.1", port } }),
      stateMachine: new TextMachine(),
    });
  }),
);

for (const node of nodes) node.on("role", ({ role }) => role === "leader" && console.log(`${node.status().id} leads`));
process.stdin.resume().on("end", () => process.exit(0));
