import { join } from "node:path";
import { nodeFileSystem as fileSystem } from "@quorate/file-system";
import type { Member, StateMachine } from "@quorate/raft-core";
import { RaftNode } from "@quorate/raft-node";
import { FileSnapshotStore } from "@quorate/snapshot";
import { FileStorage } from "@quorate/storage-file";
import { WsTransport } from "@quorate/transport-ws";

const IDS = ["n1", "n2", "n3"] as const;
const HOST = "127.0.0.1";

/** Counts commands and keeps nothing: what is measured is what lies before it. */
class Counter implements StateMachine<number, undefined, number> {
  #count = 0;

  apply(): number {
    this.#count += 1;
    return this.#count;
  }

  read(): number {
    return this.#count;
  }

  snapshot(): Iterable<Uint8Array> {
    return [new TextEncoder().encode(String(this.#count))];
  }

  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    let text = "";
    for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
    this.#count = Number(text);
  }
}

type CountingNode = RaftNode<number, undefined, number>;

/** Three nodes in this process, with WebSockets over loopback between them and a directory each. */
export class NodeTrio {
  readonly #nodes: readonly CountingNode[];

  private constructor(nodes: readonly CountingNode[]) {
    this.#nodes = nodes;
  }

  /** Resolves when the nodes are open; rejects with all closed where one of them cannot be. */
  static async open(directory: string): Promise<NodeTrio> {
    const transports = await openAll(IDS, (id) =>
      WsTransport.open({ id, clusterId: "library", listen: { host: HOST, port: 0 } }),
    );
    const members = IDS.map((id, at) => ({ id, address: `${HOST}:${transports[at]?.port}` }));
    return new NodeTrio(await openAll(transports, (transport, at) => openNode({ directory, members, transport }, at)));
  }

  /** The node that leads, once there is one. */
  async leader(): Promise<CountingNode> {
    for (;;) {
      const [first] = this.#nodes;
      const known = await first?.leader();
      const leader = this.#nodes.find((node) => node.status().id === known?.id);
      if (leader?.status().role === "leader") return leader;
    }
  }

  /** How many commands each node has applied, once all have applied what the leader has. */
  async counts(): Promise<readonly number[]> {
    return Promise.all(this.#nodes.map((node) => node.read(undefined)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
  }
}

interface Place {
  readonly directory: string;
  readonly members: readonly Member[];
  readonly transport: WsTransport;
}

async function openNode({ directory, members, transport }: Place, at: number): Promise<CountingNode> {
  const id = members[at]?.id ?? "";
  const identity = { clusterId: "library", nodeId: id };
  const home = join(directory, id);
  return RaftNode.open({
    id,
    members,
    transport,
    storage: await FileStorage.open({ directory: join(home, "log"), fileSystem, identity }),
    snapshots: await FileSnapshotStore.open({ directory: join(home, "snapshots"), fileSystem }),
    stateMachine: new Counter(),
  });
}

/** All or none: what has been opened is closed again where one cannot be. */
async function openAll<Key, Opened extends { close(): Promise<void> }>(
  keys: readonly Key[],
  open: (key: Key, at: number) => Promise<Opened>,
): Promise<readonly Opened[]> {
  const outcomes = await Promise.allSettled(keys.map(open));
  const opened = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return opened;
  await Promise.all(opened.map((each) => each.close()));
  throw failed.reason;
}
