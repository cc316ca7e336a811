import type { Server } from "node:http";
import { nodeFileSystem } from "@quorate/file-system";
import type { Logger } from "@quorate/raft-core";
import { AddressBook } from "./cluster/address-book.ts";
import { Forwarder } from "./cluster/forwarder.ts";
import { handOver } from "./cluster/hand-over.ts";
import { Patience } from "./cluster/patience.ts";
import { Reads } from "./cluster/reads.ts";
import { watchStanding } from "./cluster/standing.ts";
import { Writes } from "./cluster/writes.ts";
import type { Config } from "./config/schema.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { openApp } from "./http/app.ts";
import { createListener, listen, stopListening } from "./http/listener.ts";
import { openNode } from "./node.ts";
import type { KvRaftNode } from "./node.ts";
import type { Services } from "./routes/services.ts";
import { beginningOf } from "./start/beginning.ts";
import type { Beginning } from "./start/beginning.ts";
import { Joining } from "./start/joining.ts";
import { writeNodeRecord } from "./start/node-record.ts";
import { explained, probeData } from "./storage.ts";

interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly node: KvRaftNode;
  readonly clusterId: string;
  readonly patience: Patience;
  readonly writes: Writes;
  readonly forwarder: Forwarder;
  readonly peerServer: Server;
  readonly clientServer: Server;
  readonly peers: Endpoint;
  readonly clients: Endpoint;
  readonly joining: Joining | undefined;
  readonly unwatch: () => void;
}

/** One node of the cluster with its HTTP interface: everything that a process of `quorate-server` holds. */
export class KvServer {
  readonly #parts: Parts;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the node takes part in its cluster, or waits to be added to it, and clients are served. Rejects with a
   * message for the operator.
   */
  static async open(config: Config, logger: Logger): Promise<KvServer> {
    const beginning = await explained(config.data, () => beginningOf(config, nodeFileSystem, logger));
    const peerServer = createListener();
    const clientServer = createListener();
    const opened: (() => Promise<void>)[] = [];
    try {
      const addresses = new AddressBook(config.addresses);
      const node = await openNode({ config, beginning, logger, peerServer, addresses });
      opened.push(() => node.close());
      if (beginning.isFirst) {
        await explained(config.data, () => writeNodeRecord(nodeFileSystem, config.data, beginning.record));
      }
      const { clusterId } = beginning.record;
      const patience = new Patience(node);
      const forwarder = new Forwarder({ nodeId: config.id, clusterId, addresses });
      opened.push(() => forwarder.close());
      const writes = new Writes({ node, patience, forwarder });
      const { valueBytesMax, requestTimeoutMs, data } = config;
      const services: Services = {
        ...{ clusterId, valueBytesMax, requestTimeoutMs, node, addresses, writes },
        allowsLease: config.leaseDriftMax !== undefined,
        reads: new Reads(node, patience),
        probeStorage: () => probeData(data),
      };
      await openApp({ origin: "peer", server: peerServer, services, logger });
      await openApp({ origin: "client", server: clientServer, services, logger });
      const peers = await listen(peerServer, config.peerListen ?? endpointOf(beginning.address));
      opened.push(() => stopListening(peerServer, 0));
      const clients = await listen(clientServer, config.clientListen);
      const joining = join(config, beginning, node, logger);
      const unwatch = watchStanding(node, logger);
      const sockets = { peerServer, clientServer, peers, clients };
      return new KvServer({
        ...{ config, logger, node, clusterId, patience, writes, forwarder, joining, unwatch },
        ...sockets,
      });
    } catch (error) {
      for (const close of opened.toReversed()) await close();
      throw error;
    }
  }

  get node(): KvRaftNode {
    return this.#parts.node;
  }

  get clusterId(): string {
    return this.#parts.clusterId;
  }

  /** Where it listens for the other nodes and for clients: a configured port 0 has become a real one. */
  get peers(): Endpoint {
    return this.#parts.peers;
  }

  get clients(): Endpoint {
    return this.#parts.clients;
  }

  /**
   * Hands over the lead if it has it, takes no more connections, lets what is in flight end within the time that a
   * request has, then leaves.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { config, logger, node, patience, writes, forwarder, clientServer, peerServer, joining, unwatch } =
      this.#parts;
    unwatch();
    await joining?.close();
    await handOver(node, config.requestTimeoutMs, logger);
    await stopListening(clientServer, config.requestTimeoutMs + 500);
    // What peers have carried here is in flight, too.
    await writes.close();
    patience.close();
    await node.close({ drain: true });
    await stopListening(peerServer, 500);
    await forwarder.close();
  }
}

function endpointOf(address: string): Endpoint {
  const endpoint = parseEndpoint(address);
  if (endpoint === undefined) throw new TypeError(`${address} is not host:port`);
  return endpoint;
}

/** Goes on in the background until the node is what it joined to be. */
function join(config: Config, beginning: Beginning, node: KvRaftNode, logger: Logger): Joining | undefined {
  const { address } = beginning;
  const { pending, ...record } = beginning.record;
  if (pending === undefined) return undefined;
  const { id, requestTimeoutMs, data } = config;
  const { incarnation } = node.status();
  const { clusterId } = record;
  const joined = (): Promise<void> => writeNodeRecord(nodeFileSystem, data, record);
  return Joining.begin({ id, incarnation, address, clusterId, ...pending, requestTimeoutMs, logger, joined });
}
