import {
  type Member,
  type Message,
  type NodeId,
  type Transport,
  type TransportHandler,
  LimitedLog,
} from "@quorate/raft-core";
import { Closer } from "./closer.ts";
import { type Encoded, encodeMessage } from "./codec.ts";
import type { Context } from "./context.ts";
import { Inbounds } from "./inbounds.ts";
import { Link } from "./link.ts";
import { Listener } from "./listener.ts";
import { type ResolvedOptions, type WsTransportOptions, resolveOptions } from "./options.ts";
import { type TransportStats, newCounters } from "./stats.ts";

/**
 * Raft messages over WebSockets. Every node dials every member and sends on that connection; what members say comes in on
 * the connections that they have made. A node that is no member and has made one is answered on it. Messages from one node
 * to another keep their order.
 *
 * Whoever knows the cluster's id is heard (§6), under whatever id it gives: the id keeps clusters apart, and enemies out
 * only as far as it is secret. What an honest stranger can bring about is Raft's to bound, by pre-votes, loyalty to a
 * leader that works, and incarnations; how much it can make this node hold is bounded here.
 */
export class WsTransport implements Transport {
  readonly #context: Context;
  readonly #links = new Map<NodeId, Link>();
  readonly #inbounds: Inbounds;
  readonly #unreachable = new Set<NodeId>();
  #listener: Listener | undefined;
  #handler: TransportHandler | undefined;
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
      dropped: (peer, messages) => this.#dropped(peer, messages),
      reportUnreachable: (peer) => this.#reportUnreachable(peer),
    };
    this.#inbounds = new Inbounds(
      {
        isMember: (peer) => this.#links.has(peer),
        greeted: (peer) => this.#links.get(peer)?.peerIsUp(),
        received: (peer, message) => this.#received(peer, message),
      },
      this.#context,
    );
  }

  /**
   * Listens, or joins the application's server; nobody is let in before `start`. Throws a TypeError for wrong options;
   * rejects where it cannot listen.
   */
  static async open(options: WsTransportOptions): Promise<WsTransport> {
    const resolved = resolveOptions(options);
    const transport = new WsTransport(resolved);
    transport.#listener = await Listener.open(resolved, {
      busy: () => transport.#busy(),
      accepted: (socket, from) => transport.#inbounds.add(socket, from),
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
    const addresses = new Map(members.filter(({ id }) => id !== self.id).map(({ id, address }) => [id, address]));
    for (const [id, link] of this.#links) {
      if (addresses.has(id)) continue;
      this.#links.delete(id);
      void link.close();
    }
    for (const [id, address] of addresses) {
      const link = this.#links.get(id);
      if (link) link.setAddress(address);
      else this.#links.set(id, this.#linkTo(id, address));
    }
  }

  send(to: NodeId, message: Message): void {
    if (this.#closing) return;
    const way = this.#links.get(to) ?? this.#inbounds.of(to);
    const encoded = way && encodeMessage(message);
    if (!encoded || this.#isTooLarge(to, encoded)) return this.#dropped(to, 1);
    this.#context.counters.messagesSent += 1;
    way.send(encoded);
  }

  stats(): TransportStats {
    const ways = [...this.#inbounds.strangers, ...this.#links];
    const peers = ways.map(([id, { connected, outboxBytes }]) => [id, { connected, outboxBytes }] as const);
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
    const links = [...this.#links.values()];
    this.#links.clear();
    await Promise.all([this.#listener?.close(), this.#inbounds.close(), ...links.map((link) => link.close())]);
    await this.#context.closer.settled();
  }

  #busy(): string | undefined {
    if (!this.#handler) return "this node has not started yet";
    const isFull = this.#inbounds.pending >= this.#context.limits.pendingHandshakesMax;
    return isFull ? "too many connections at once" : undefined;
  }

  #refused(from: string, reason: string): void {
    this.#context.counters.refused += 1;
    this.#context.limitedLog.log("warn", "a connection was turned away", { from, reason });
  }

  /**
   * Whoever has a connection of its own here says everything on that one. What it said on ours, while it did not have this
   * node among its members, may come later: out of order, so it is not taken any more.
   */
  #linkTo(peer: NodeId, address: string): Link {
    const received = (message: Message): void => {
      if (!this.#inbounds.of(peer)) this.#received(peer, message);
    };
    return new Link({ peer, address, received }, this.#context);
  }

  #received(peer: NodeId, message: Message): void {
    this.#context.counters.messagesReceived += 1;
    this.#call((handler) => handler.receive(peer, message), { from: peer, type: message.type });
  }

  #isTooLarge(to: NodeId, { type, bytes }: Encoded): boolean {
    const { messageBytesMax } = this.#context.limits;
    if (bytes <= messageBytesMax) return false;
    const text = "a message is too large to send; raise messageBytesMax on every node";
    this.#context.limitedLog.log("error", text, { to, type, bytes, messageBytesMax });
    return true;
  }

  #dropped(peer: NodeId, messages: number): void {
    this.#context.counters.messagesDropped += messages;
    this.#reportUnreachable(peer);
  }

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
