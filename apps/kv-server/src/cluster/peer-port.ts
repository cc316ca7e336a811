import type { Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger, Member, NodeId } from "@quorate/raft-core";
import { WsTransport, serverTls } from "@quorate/transport-ws";
import type { Credentials, TransportStats } from "@quorate/transport-ws";
import type { Config } from "../config/schema.ts";
import { createListener } from "../http/listener.ts";
import { hasCredentials, readCredentials } from "../start/peer-credentials.ts";
import { peerRemedies } from "./peer-troubles.ts";

/** A peer that is not reached within this is given up: there may be another leader by then. */
const CONNECT_TIMEOUT_MS = 1500;

export type ReadCredentials = typeof readCredentials;

export interface PeerPortOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Reads the files that the configuration names. */
  readonly read?: ReadCredentials;
}

/** Who speaks on a connection to the port for peers. */
export interface PeerGuard {
  /** Only who has shaken hands is heard. */
  readonly isProtected: boolean;
  /** Who has, on this connection; undefined where nobody has. */
  senderOn(socket: Socket): NodeId | undefined;
}

/**
 * The port where peers reach this node: for Raft's links, and for the requests that they carry here, which come on streams
 * of the same transport, as HTTP or as WebSockets. So both are under the same protection: what TLS and the cluster's secret prove of the one holds
 * for the other.
 */
export class PeerPort implements PeerGuard {
  readonly server: Server | TlsServer;
  readonly isProtected: boolean;
  readonly #config: Config;
  readonly #logger: Logger;
  readonly #senders = new WeakMap<Duplex, NodeId>();
  readonly #read: ReadCredentials;
  #credentials: Credentials;
  #reading: Promise<void> = Promise.resolve();
  /** The reading that comes after the one under way. */
  #nextReading: Promise<void> | undefined;
  #transport: WsTransport | undefined;

  private constructor({ config, logger, read = readCredentials }: PeerPortOptions, credentials: Credentials) {
    const { requestTimeoutMs, catchUpTimeoutMs } = config;
    this.#config = config;
    this.#logger = logger;
    this.#read = read;
    this.#credentials = credentials;
    this.isProtected = hasCredentials(config);
    this.server = createListener(requestTimeoutMs + catchUpTimeoutMs, credentials.tls && serverTls(credentials.tls));
  }

  /** Rejects with an error for the operator where credentials cannot be read. Listening is the caller's. */
  static async open(options: PeerPortOptions): Promise<PeerPort> {
    const { config, read = readCredentials } = options;
    return new PeerPort(options, await read(config.id, config));
  }

  async openTransport(clusterId: string): Promise<WsTransport> {
    const { server } = this;
    this.#transport = await WsTransport.open({
      ...{ id: this.#config.id, clusterId, server, logger: this.#logger },
      ...this.#credentials,
      remedies: peerRemedies(this.#config),
      peersOnly: true,
      onStream: (stream, from) => this.#accept(stream, from),
    });
    return this.#transport;
  }

  /** What came and went here, and who was turned away; undefined before the transport is open. */
  stats(): TransportStats | undefined {
    return this.#transport?.stats();
  }

  senderOn(socket: Socket): NodeId | undefined {
    return this.#senders.get(socket);
  }

  /** A connection for requests to a peer; rejects where there is none, and then nothing has been asked. */
  readonly connectTo = (peer: Member): Promise<Duplex> => {
    if (!this.#transport) return Promise.reject(new Error("this node has not started yet"));
    return this.#transport.openStream(peer, CONNECT_TIMEOUT_MS);
  };

  /**
   * Reads the files again: for connections that are made from now on. What cannot be used is logged, and changes nothing.
   * While they are being read, all who ask wait together for one further reading: so what it has read last counts, and
   * that is what stood in the files when it was asked for, or something newer.
   */
  reload(): Promise<void> {
    this.#nextReading ??= this.#reading.then(() => {
      this.#nextReading = undefined;
      this.#reading = this.#reload();
      return this.#reading;
    });
    return this.#nextReading;
  }

  async #reload(): Promise<void> {
    if (!this.isProtected) {
      this.#logger.warn("SIGHUP: there is nothing to read again; this node was given neither certificate nor secret");
      return;
    }
    try {
      const credentials = await this.#read(this.#config.id, this.#config);
      this.#transport?.setCredentials(credentials);
      const { tls } = credentials;
      if (tls && "setSecureContext" in this.server) this.server.setSecureContext(serverTls(tls));
      this.#credentials = credentials;
      this.#logger.info("certificates and secret have been read again; they count for new connections");
    } catch (error) {
      this.#logger.error("certificates and secret cannot be used as they are now; the former ones still count", {
        error,
      });
    }
  }

  #accept(stream: Duplex, from: NodeId): void {
    this.#senders.set(stream, from);
    // As if it had just come in: what is said on it is HTTP from here on, until it becomes a WebSocket.
    this.server.emit(this.#credentials.tls ? "secureConnection" : "connection", stream);
    stream.resume();
  }
}
