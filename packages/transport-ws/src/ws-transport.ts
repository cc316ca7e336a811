import {
  type Member,
  type Message,
  type NodeId,
  type Transport,
  type TransportHandler,
  LimitedLog,
} from "@quorate/raft-core";
import type { WebSocket } from "ws";
import { Closer } from "./closer.ts";
import { encodeMessage } from "./codec.ts";
import type { Context } from "./context.ts";
import { closeCode } from "./handshake.ts";
import { Inbound, type InboundOwner } from "./inbound.ts";
import { Link } from "./link.ts";
import { Listener } from "./listener.ts";
import { type ResolvedOptions, type WsTransportOptions, resolveOptions } from "./options.ts";
import { type TransportStats, newCounters } from "./stats.ts";

/**
 * Raft messages over WebSockets. Every node dials every other one and sends on that connection only; what it receives
 * comes in on the connections that the others made. Messages from one node to another keep their order.
 */
export class WsTransport implements Transport {
  readonly #context: Context;
  /** Nodes are members, and connections accepted, only once both are known. */
  #handler: TransportHandler | undefined;
  #members: ReadonlyMap<NodeId, string> | undefined;
  #listener: Listener | undefined;
  readonly #links = new Map<NodeId, Link>();
  readonly #inbounds = new Set<Inbound>();
  /** The one connection of each peer from which messages are taken: its latest. */
  readonly #greeted = new Map<NodeId, Inbound>();
  readonly #unreachable = new Set<NodeId>();
  #closing: Promise<void> | undefined;

  private constructor(options: ResolvedOptions) {
    const { id, clusterId, clock, random, logger, limits } = options;
    this.#context = {
      self: { id, clusterId },
      clock,
      random,
      logger,
      limits,
      limitedLog: new LimitedLog(logger, clock),
      counters: newCounters(),
      closer: new Closer(clock, limits.closeTimeoutMs),
      reportUnreachable: (peer) => this.#reportUnreachable(peer),
    };
  }

  /**
   * Listens, or joins the application's server; nobody is let in before `start` and `setMembers`. Throws a TypeError
   * for wrong options; rejects where it cannot listen.
   */
  static async open(options: WsTransportOptions): Promise<WsTransport> {
    const resolved = resolveOptions(options);
    const transport = new WsTransport(resolved);
    transport.#listener = await Listener.open(resolved, {
      busy: () => transport.#busy(),
      accepted: (socket, from) => transport.#accepted(socket, from),
      refused: (from, reason) => transport.#refused(from, reason),
    });
    return transport;
  }

  /** Where it listens. Undefined where that is the application's server and that one does not listen. */
  get port(): number | undefined {
    return this.#listener?.port;
  }

  start(handler: TransportHandler): void {
    if (this.#handler) throw new TypeError("the transport has been started already");
    if (!this.#closing) this.#handler = handler;
  }

  setMembers(members: readonly Member[]): void {
    if (this.#closing) return;
    const { self } = this.#context;
    const peers = members.filter((member) => member.id !== self.id);
    this.#members = new Map(peers.map((peer) => [peer.id, peer.address]));
    for (const [id, link] of this.#links) {
      if (this.#members.has(id)) continue;
      this.#links.delete(id);
      void link.close();
    }
    for (const [id, inbound] of this.#greeted) {
      if (!this.#members.has(id)) inbound.dismiss(closeCode.notAMember, `node "${id}" is no longer a member here`);
    }
    for (const [id, address] of this.#members) {
      const link = this.#links.get(id);
      if (link) link.setAddress(address);
      else this.#links.set(id, new Link(id, address, this.#context));
    }
  }

  send(to: NodeId, message: Message): void {
    if (this.#closing) return;
    const { counters, limits, limitedLog } = this.#context;
    const link = this.#links.get(to);
    const encoded = link && encodeMessage(message);
    if (link && encoded && encoded.bytes <= limits.messageBytesMax) {
      counters.messagesSent += 1;
      link.send(encoded);
      return;
    }
    if (encoded) {
      const { type, bytes } = encoded;
      const sizes = { to, type, bytes, messageBytesMax: limits.messageBytesMax };
      limitedLog.log("error", "a message is too large to send; raise messageBytesMax on every node", sizes);
    }
    counters.messagesDropped += 1;
    this.#reportUnreachable(to);
  }

  stats(): TransportStats {
    const peers = [...this.#links].map(([id, { connected, outboxBytes }]) => [id, { connected, outboxBytes }] as const);
    return { ...this.#context.counters, peers: Object.fromEntries(peers) };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#handler = undefined;
    const connections = [...this.#links.values(), ...this.#inbounds];
    this.#links.clear();
    await Promise.all([this.#listener?.close(), ...connections.map((connection) => connection.close())]);
    await this.#context.closer.settled();
  }

  #busy(): string | undefined {
    if (!this.#handler || !this.#members) return "this node has not started yet";
    const pending = this.#inbounds.size - this.#greeted.size;
    return pending < this.#context.limits.pendingHandshakesMax ? undefined : "too many connections at once";
  }

  #accepted(socket: WebSocket, from: string): void {
    this.#inbounds.add(new Inbound(socket, from, this.#inboundOwner, this.#context));
  }

  #refused(from: string, reason: string): void {
    this.#context.counters.refused += 1;
    this.#context.limitedLog.log("warn", "a connection was turned away", { from, reason });
  }

  readonly #inboundOwner: InboundOwner = {
    isMember: (id) => this.#members?.has(id) ?? false,

    greeted: (inbound, peer) => {
      const older = this.#greeted.get(peer);
      this.#greeted.set(peer, inbound);
      older?.dismiss(closeCode.replaced, "replaced by a newer connection");
      this.#links.get(peer)?.peerIsUp();
    },

    received: (peer, message) => {
      this.#context.counters.messagesReceived += 1;
      this.#call((handler) => handler.receive(peer, message), { from: peer, type: message.type });
    },

    ended: (inbound) => {
      this.#inbounds.delete(inbound);
      if (inbound.peer !== undefined && this.#greeted.get(inbound.peer) === inbound) this.#greeted.delete(inbound.peer);
    },
  };

  #reportUnreachable(peer: NodeId): void {
    this.#unreachable.add(peer);
    if (this.#unreachable.size > 1) return;
    this.#context.clock.endOfTurn(() => {
      const peers = [...this.#unreachable];
      this.#unreachable.clear();
      for (const id of peers) this.#call((handler) => handler.unreachable(id), { unreachable: id });
    });
  }

  #call(body: (handler: TransportHandler) => void, fields: Readonly<Record<string, unknown>>): void {
    try {
      if (this.#handler) body(this.#handler);
    } catch (error) {
      this.#context.logger.error("the node threw on what the transport told it", { ...fields, error });
    }
  }
}
