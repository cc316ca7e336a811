import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
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
import { type Credentials, checkCredentials } from "./credentials.ts";
import { ExpiryWatch } from "./expiry-watch.ts";
import { Inbounds } from "./inbounds.ts";
import { Link } from "./link.ts";
import { Listener } from "./listener.ts";
import { type ResolvedOptions, type WsTransportOptions, resolveOptions } from "./options.ts";
import { Rejections } from "./rejections.ts";
import type { Standing } from "./schema.ts";
import { type TransportStats, newCounters } from "./stats.ts";
import { StreamDoor } from "./stream-door.ts";
import { openStream } from "./stream-dialler.ts";
import { isLoopback } from "./tls.ts";

/** What is remembered of those that are no members any more; it only serves to tell them. */
const REMOVED_MAX = 1000;

/**
 * Raft messages over WebSockets. Every node dials every member and sends on that connection; what members say comes in on
 * the connections that they have made. A node that is no member, or not found at its address, and has made one is answered
 * on it. Messages from one node to another keep their order.
 *
 * Every node of the cluster is heard (§6), one that was removed included: it may have been added again by those whom this
 * node has not heard yet, so it is told what it is here, and not turned away. Which nodes are the cluster's is proved by the
 * secret, and which of them one is by its certificate; without either, whoever knows the cluster's id is believed. What an
 * honest stranger can bring about is Raft's to bound, by pre-votes, loyalty to a leader that works, and incarnations; how
 * much it can make this node hold is bounded here.
 */
export class WsTransport implements Transport {
  readonly #context: Context;
  readonly #links = new Map<NodeId, Link>();
  readonly #inbounds: Inbounds;
  readonly #rejections: Rejections;
  readonly #unreachable = new Set<NodeId>();
  /** Those that have been members since this process began, and are none. */
  readonly #removed = new Set<NodeId>();
  readonly #door: StreamDoor | undefined;
  readonly #isServerOwn: boolean;
  readonly #expiry: ExpiryWatch;
  #credentials: Credentials;
  #epoch = 0;
  #hasWarned = false;
  #listener: Listener | undefined;
  #handler: TransportHandler | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: ResolvedOptions) {
    const { id, clusterId, clock, random, logger, limits, credentials, remedies, onStream } = options;
    this.#credentials = credentials;
    this.#expiry = new ExpiryWatch({ clock, logger, credentials: () => this.#credentials });
    this.#isServerOwn = options.server === undefined;
    this.#context = {
      self: { id, clusterId },
      instance: randomBytes(16).toString("hex"),
      credentials: () => this.#credentials,
      nextEpoch: () => (this.#epoch += 1),
      clock,
      random,
      logger,
      limits,
      remedies,
      limitedLog: new LimitedLog(logger, clock),
      counters: newCounters(),
      closer: new Closer(clock, limits.closeTimeoutMs),
      warnIfReadable: (host) => this.#warnIfReadable(host),
      refused: (refused) => this.#rejections.add(refused),
      dropped: (peer, messages) => this.#dropped(peer, messages),
      reportUnreachable: (peer) => this.#reportUnreachable(peer),
    };
    this.#rejections = new Rejections(this.#context, (peer) => this.#links.has(peer));
    this.#inbounds = new Inbounds(
      {
        standingOf: (peer) => this.#standingOf(peer),
        greeted: (peer) => this.#links.get(peer)?.peerIsUp(),
        received: (peer, message) => this.#received(peer, message),
      },
      this.#context,
    );
    this.#door = onStream && new StreamDoor(this.#context, onStream);
  }

  /**
   * Listens, or joins the application's server; nobody is let in before `start`. Throws a TypeError for wrong options;
   * rejects where it cannot listen.
   */
  static async open(options: WsTransportOptions): Promise<WsTransport> {
    const resolved = resolveOptions(options);
    const transport = new WsTransport(resolved);
    const door = transport.#door;
    transport.#listener = await Listener.open(resolved, {
      busy: () => transport.#busy(),
      credentials: () => transport.#credentials,
      accepted: (inbound) => transport.#inbounds.add(inbound),
      streamed: door && ((request) => door.accept(request)),
      isStream: (socket) => door?.has(socket) ?? false,
      readable: (host) => transport.#warnIfReadable(host),
      refused: (from, reason) => transport.#rejections.add({ kind: "notOurs", from, reason }),
      unproven: (from, reason) => transport.#rejections.add({ kind: "unauthenticated", trouble: "tls", from, reason }),
    });
    transport.#expiry.begin();
    transport.#warnIfUnproven();
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

  /**
   * From now on connections are made and accepted with these; those that are open stay. Whether there is TLS cannot be
   * changed. An application's server is the application's to tell (`setSecureContext`, `serverTls`). Throws a TypeError for
   * credentials that cannot be used, and then goes on with those that it has.
   */
  setCredentials(given: Credentials): void {
    const credentials = checkCredentials(given, this.#context.self.id);
    if ((credentials.tls === undefined) !== (this.#credentials.tls === undefined)) {
      throw new TypeError("wrong credentials: TLS can neither be added nor left out while a node runs");
    }
    this.#listener?.setCredentials(credentials);
    this.#credentials = credentials;
    this.#expiry.begin();
    this.#warnIfUnproven();
  }

  /**
   * Opens a stream of bytes to the application of `peer`, member or not, which has to have been given `onStream`: under the
   * protection that messages have, but not through what they wait in. From then on it is the caller's, and paused. Rejects with the
   * reason, and then nothing has been said; after `handshakeTimeoutMs` at the latest, unless told otherwise.
   */
  openStream(peer: Member, timeoutMs: number = this.#context.limits.handshakeTimeoutMs): Promise<Duplex> {
    if (this.#closing) return Promise.reject(new Error("the transport is closed"));
    return openStream(this.#context, peer, timeoutMs);
  }

  setMembers(members: readonly Member[]): void {
    if (this.#closing) return;
    const { self } = this.#context;
    const addresses = new Map(members.filter(({ id }) => id !== self.id).map(({ id, address }) => [id, address]));
    for (const [id, link] of this.#links) {
      if (addresses.has(id)) continue;
      this.#links.delete(id);
      if (this.#removed.size < REMOVED_MAX) this.#removed.add(id);
      void link.close();
    }
    for (const [id, address] of addresses) {
      this.#removed.delete(id);
      const link = this.#links.get(id);
      if (link) link.setAddress(address);
      else this.#links.set(id, this.#linkTo(id, address));
    }
  }

  send(to: NodeId, message: Message): void {
    if (this.#closing) return;
    const [link, inbound] = [this.#links.get(to), this.#inbounds.of(to)];
    const encoded = link || inbound ? encodeMessage(message) : undefined;
    if (!encoded || this.#isTooLarge(to, encoded)) return this.#dropped(to, 1);
    this.#context.counters.messagesSent += 1;
    if (!link) inbound?.send(encoded);
    else if (inbound && link.isIdle) inbound.sendInstead(encoded);
    else link.send(encoded);
  }

  stats(): TransportStats {
    const links = [...this.#links].map(([id, { connected, outboxBytes, trouble }]) => {
      const instead = this.#inbounds.of(id)?.outboxBytes ?? 0;
      return [id, { connected, outboxBytes: outboxBytes + instead, ...(trouble && { trouble }) }] as const;
    });
    const strangers = this.#inbounds.strangers.map(([id, { connected, outboxBytes }]) => {
      return [id, { connected, outboxBytes }] as const;
    });
    const peers = [...strangers, ...links];
    const { refusals, ...counters } = this.#context.counters;
    const { last } = this.#rejections;
    const rejected = { refusals: { ...refusals }, ...(last && { lastRefusal: last }) };
    return { ...counters, ...rejected, peers: Object.fromEntries(peers) };
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
    this.#expiry.stop();
    this.#door?.close();
    if (this.#isServerOwn) this.#door?.cut();
    const links = [...this.#links.values()];
    this.#links.clear();
    await Promise.all([this.#listener?.close(), this.#inbounds.close(), ...links.map((link) => link.close())]);
    await this.#context.closer.settled();
  }

  #busy(): string | undefined {
    return this.#handler ? undefined : "this node has not started yet";
  }

  #standingOf(peer: NodeId): Standing {
    if (this.#links.has(peer)) return "member";
    return this.#removed.has(peer) ? "removed" : "stranger";
  }

  #warnIfReadable(host: string | undefined): void {
    if (this.#hasWarned || this.#credentials.tls || isLoopback(host)) return;
    this.#hasWarned = true;
    const text = "nodes speak in plain text over a network: whoever is on the way can read and forge it; give them TLS";
    this.#context.logger.warn(text, { host });
  }

  /** TLS that proves only who is dialled looks like protection from those who dial. */
  #warnIfUnproven(): void {
    const { tls, secrets = [] } = this.#credentials;
    if (tls?.mutual !== false || secrets.length > 0) return;
    this.#context.logger.warn("whoever reaches this node is believed to be who it says: use mutual TLS, or a secret");
  }

  /**
   * Whoever has a connection of its own here says everything on that one. What it said on ours, while it did not have this
   * node among its members or did not reach it, may come later: out of order, so it is not taken any more.
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
