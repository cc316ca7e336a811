import type { Server } from "node:http";
import { builtPage } from "@quorate/dashboard/files";
import { nodeFileSystem } from "@quorate/file-system";
import type { Logger } from "@quorate/raft-core";
import { AddressBook } from "./cluster/address-book.ts";
import { Forwarder } from "./cluster/forwarder.ts";
import { handOver } from "./cluster/hand-over.ts";
import { PeerPort } from "./cluster/peer-port.ts";
import { Patience } from "./cluster/patience.ts";
import { Reads } from "./cluster/reads.ts";
import { watchStanding } from "./cluster/standing.ts";
import { Writes } from "./cluster/writes.ts";
import type { Config } from "./config/schema.ts";
import { isLoopback } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { Admission } from "./http/admission.ts";
import { openApp } from "./http/app.ts";
import { createListener, listen, stopListening } from "./http/listener.ts";
import type { PageRules } from "./http/pages.ts";
import { metricsText } from "./measure/metrics.ts";
import type { KvRaftNode } from "./node.ts";
import type { Services } from "./routes/services.ts";
import { beginningOf } from "./start/beginning.ts";
import { DiskCheck } from "./start/disk-check.ts";
import { Joining } from "./start/joining.ts";
import { writeNodeRecord } from "./start/node-record.ts";
import type { NodeRecord } from "./start/node-record.ts";
import { Relocation } from "./start/relocation.ts";
import { probeData } from "./storage.ts";
import { openWatchedNode } from "./watched-node.ts";
import type { WatchedNode } from "./watched-node.ts";
import { WebSockets } from "./ws/web-sockets.ts";

interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly watched: WatchedNode;
  readonly clusterId: string;
  readonly patience: Patience;
  readonly writes: Writes;
  readonly forwarder: Forwarder;
  readonly webSockets: WebSockets;
  readonly peerPort: PeerPort;
  readonly clientServer: Server;
  readonly peers: Endpoint;
  readonly clients: Endpoint;
  /** What goes on in the background until the node is where it is to be. */
  readonly settling: Joining | Relocation | undefined;
  readonly diskCheck: DiskCheck;
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
    const beginning = await beginningOf(config, nodeFileSystem, logger);
    const { requestTimeoutMs, catchUpTimeoutMs } = config;
    const peerPort = await PeerPort.open({ config, logger });
    const peerServer = peerPort.server;
    const clientServer = createListener(requestTimeoutMs + catchUpTimeoutMs);
    const opened: (() => Promise<void>)[] = [];
    try {
      const addresses = new AddressBook(config.addresses);
      const watched = await openWatchedNode({ config, beginning, logger, peerPort, addresses });
      const { node, measured, watch, record, place } = watched;
      opened.push(() => node.close());
      opened.push(() => watch.close());
      const { clusterId } = record;
      const patience = new Patience(node);
      const forwarder = new Forwarder({ nodeId: config.id, clusterId, addresses, connectTo: peerPort.connectTo });
      opened.push(() => forwarder.close());
      const writes = new Writes({ node, patience });
      const { valueBytesMax, data } = config;
      let obstacle = (): string | undefined => watched.silence();
      const services: Services = {
        ...{ clusterId, valueBytesMax, requestTimeoutMs, catchUpTimeoutMs, addresses, writes, forwarder, builtPage },
        ...{ node: measured, watch: watch.cluster, origins: watch.origins },
        metrics: () => metricsText(watched),
        obstacle: () => obstacle(),
        pages: pageRulesOf(config, watched),
        allowsLease: config.leaseDriftMax !== undefined,
        reads: new Reads(measured, patience),
        probeStorage: () => probeData(data),
        peerGuard: peerPort,
        linkStats: () => peerPort.stats(),
      };
      const ports = [
        { origin: "peer", server: peerServer, admission: new Admission() },
        { origin: "client", server: clientServer, admission: new Admission() },
      ] as const;
      for (const port of ports) await openApp({ ...port, services, logger });
      const webSockets = new WebSockets({ services, logger, ports, connectTo: peerPort.connectTo });
      opened.push(() => webSockets.close());
      const peers = await listen(peerServer, place.listen);
      opened.push(() => stopListening(peerServer, 0));
      const clients = await listen(clientServer, config.clientListen);
      watched.clientsListenOn(clients);
      const settling = settle({ config, record, node, forwarder, logger });
      if (settling instanceof Joining) obstacle = () => settling.obstacle ?? watched.silence();
      const unwatch = watchStanding(node, logger);
      const diskCheck = DiskCheck.begin({ data, logger });
      const sockets = { peerPort, clientServer, peers, clients };
      return new KvServer({
        ...{
          config,
          logger,
          watched,
          clusterId,
          patience,
          writes,
          forwarder,
          webSockets,
          settling,
          diskCheck,
          unwatch,
        },
        ...sockets,
      });
    } catch (error) {
      for (const close of opened.toReversed()) await close();
      throw error;
    }
  }

  get node(): KvRaftNode {
    return this.#parts.watched.node;
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

  /** Reads certificates and secret again. Never rejects: what cannot be used is logged, and changes nothing. */
  reloadCredentials(): Promise<void> {
    return this.#parts.peerPort.reload();
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
    const { config, logger, watched, patience, writes, forwarder, webSockets } = this.#parts;
    const { clientServer, peerPort, settling, diskCheck, unwatch } = this.#parts;
    const { requestTimeoutMs } = config;
    const { node, watch, instruments } = watched;
    instruments.recorder.record("stopping");
    unwatch();
    await settling?.close();
    await diskCheck.close();
    await handOver(node, requestTimeoutMs, logger);
    await watch.close();
    await Promise.all([
      webSockets.closeClients(requestTimeoutMs + 500),
      stopListening(clientServer, requestTimeoutMs + 500),
    ]);
    // What peers have carried here is in flight, too.
    await writes.close(requestTimeoutMs);
    patience.close();
    // It may have been elected again meanwhile.
    await handOver(node, requestTimeoutMs, logger);
    await node.close();
    await webSockets.close();
    await stopListening(peerPort.server, 500);
    await forwarder.close();
  }
}

function pageRulesOf({ dashboardActions, clientListen }: Config, { watch, clientUrl }: WatchedNode): PageRules {
  return {
    isKnown: (origin) => watch.origins.has(origin),
    clientUrl,
    actions: dashboardActions,
    onLoopback: isLoopback(clientListen.host),
  };
}

interface Settling {
  readonly config: Config;
  readonly record: NodeRecord;
  readonly node: KvRaftNode;
  readonly forwarder: Forwarder;
  readonly logger: Logger;
}

/** Goes on in the background until the node is what it joined to be, and where the cluster looks for it. */
function settle({ config, record, node, forwarder, logger }: Settling): Joining | Relocation | undefined {
  const { pending, ...settled } = record;
  const { address, clusterId } = settled;
  const { id, requestTimeoutMs, catchUpTimeoutMs, data } = config;
  if (pending === undefined) {
    if (config.address === undefined) return undefined;
    return Relocation.begin({ node, forwarder, address, requestTimeoutMs, logger });
  }
  const { incarnation } = node.status();
  const joined = (): Promise<void> => writeNodeRecord(nodeFileSystem, data, settled);
  const timeouts = { requestTimeoutMs, catchUpTimeoutMs };
  return Joining.begin({ id, incarnation, address, clusterId, ...pending, ...timeouts, logger, node, joined });
}
