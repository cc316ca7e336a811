import type { Server } from "node:http";
import type { Logger, Transport } from "@quorate/raft-core";
import { RaftNode } from "@quorate/raft-node";
import { snapshotEvery } from "@quorate/snapshot";
import { KvStateMachine } from "@quorate/statemachine-kv";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import { WsTransport } from "@quorate/transport-ws";
import { AddressBook } from "./cluster/address-book.ts";
import { Forwarder } from "./cluster/forwarder.ts";
import { Patience } from "./cluster/patience.ts";
import { Reads } from "./cluster/reads.ts";
import { Writes } from "./cluster/writes.ts";
import type { Config } from "./config/schema.ts";
import type { Endpoint } from "./endpoint.ts";
import { openApp } from "./http/app.ts";
import { createListener, listen, stopListening } from "./http/listener.ts";
import type { Services } from "./routes/services.ts";
import { openData, probeData } from "./storage.ts";

type KvRaftNode = RaftNode<KvResult, KvQuery, KvAnswer>;

interface Parts {
  readonly node: KvRaftNode;
  readonly patience: Patience;
  readonly writes: Writes;
  readonly forwarder: Forwarder;
  readonly peerServer: Server;
  readonly clientServer: Server;
  readonly peers: Endpoint;
  readonly clients: Endpoint;
  readonly requestTimeoutMs: number;
}

/** One node of the cluster with its HTTP interface: everything that a process of `quorate-server` holds. */
export class KvServer {
  readonly #parts: Parts;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves when the node takes part in its cluster and clients are served. Rejects with a message for the operator. */
  static async open(config: Config, logger: Logger): Promise<KvServer> {
    const peerServer = createListener();
    const clientServer = createListener();
    const opened: (() => Promise<void>)[] = [];
    try {
      const addresses = new AddressBook(config.members);
      const node = await openNode(config, logger, peerServer, addresses);
      opened.push(() => node.close());
      const { clusterId, valueBytesMax, requestTimeoutMs, data } = config;
      const patience = new Patience(node);
      const forwarder = new Forwarder({ nodeId: config.id, clusterId, addresses });
      opened.push(() => forwarder.close());
      const writes = new Writes({ node, patience, forwarder });
      const services: Services = {
        ...{ clusterId, valueBytesMax, requestTimeoutMs, node, addresses },
        reads: new Reads(node, patience),
        writes,
        probeStorage: () => probeData(data),
      };
      await openApp({ origin: "peer", server: peerServer, services, logger });
      await openApp({ origin: "client", server: clientServer, services, logger });
      const peers = await listen(peerServer, config.peerListen);
      opened.push(() => stopListening(peerServer, 0));
      const clients = await listen(clientServer, config.clientListen);
      return new KvServer({
        node,
        patience,
        writes,
        forwarder,
        peerServer,
        clientServer,
        peers,
        clients,
        requestTimeoutMs,
      });
    } catch (error) {
      for (const close of opened.toReversed()) await close();
      throw error;
    }
  }

  get node(): KvRaftNode {
    return this.#parts.node;
  }

  /** Where it listens for the other nodes and for clients: a configured port 0 has become a real one. */
  get peers(): Endpoint {
    return this.#parts.peers;
  }

  get clients(): Endpoint {
    return this.#parts.clients;
  }

  /** Takes no more connections, lets what is in flight end within the time that a request has, then leaves the cluster. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { node, patience, writes, forwarder, clientServer, peerServer, requestTimeoutMs } = this.#parts;
    await stopListening(clientServer, requestTimeoutMs + 500);
    // What peers have carried here is in flight, too.
    await writes.close();
    patience.close();
    await node.close();
    await stopListening(peerServer, 500);
    await forwarder.close();
  }
}

async function openNode(
  config: Config,
  logger: Logger,
  peerServer: Server,
  addresses: AddressBook,
): Promise<KvRaftNode> {
  const { storage, snapshots } = await openData(config, logger);
  let transport: Transport;
  try {
    const { id, clusterId } = config;
    transport = addresses.applyTo(await WsTransport.open({ id, clusterId, server: peerServer, logger }));
  } catch (error) {
    await Promise.all([storage.close(), snapshots.close()]);
    throw error;
  }
  return RaftNode.open({
    id: config.id,
    members: config.members,
    ...{ storage, snapshots, transport, logger },
    stateMachine: new KvStateMachine(),
    snapshotPolicy: snapshotEvery({ entries: config.snapshotEntries, bytes: 64 * 1024 * 1024 }),
    electionTimeoutMinMs: config.electionTimeoutMinMs,
    electionTimeoutMaxMs: config.electionTimeoutMaxMs,
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    // A transaction may hold more than one value; what an HTTP body may hold always fits.
    commandBytesMax: 2 * 1024 * 1024 + 3 * config.valueBytesMax,
  });
}
