import {
  Entry,
  type Member,
  type Message,
  type NodeId,
  type Transport,
  type TransportHandler,
} from "@quorate/raft-core";
import { type Letter, MESSAGE_BYTES_MAX, QUEUE_BYTES_MAX, type ToyNetwork, sizeOf } from "./toy-network.ts";

/** A transport over nothing but arrays. */
export class ToyTransport implements Transport {
  readonly id: NodeId;
  readonly address: string;
  readonly clusterId: string;
  readonly #network: ToyNetwork;
  readonly #reports = new Set<NodeId>();
  #inbox: Letter[] = [];
  #handler: TransportHandler | undefined;
  #members = new Map<NodeId, string>();
  /** All that have ever been members. */
  readonly #former = new Set<NodeId>();
  #lastSent = new Map<NodeId, Message>();
  #closed = false;

  constructor(network: ToyNetwork, id: NodeId, address: string, clusterId: string) {
    this.#network = network;
    this.id = id;
    this.address = address;
    this.clusterId = clusterId;
    const isKnown = network.flaw === "an address serves once" && network.served.has(address);
    if (!isKnown) network.nodes.set(address, this);
    network.served.add(address);
    network.resources += 1;
  }

  start(handler: TransportHandler): void {
    this.#handler = handler;
    this.#network.lastStarted = this;
  }

  setMembers(members: readonly Member[]): void {
    const isLate = this.#handler !== undefined && this.#members.size === 0 && this.#network.lastStarted !== this;
    if (isLate && this.#network.flaw === "starts do not overlap") return;
    const before = this.#members;
    this.#members = new Map(members.map(({ id, address }) => [id, address]));
    for (const id of before.keys()) this.#former.add(id);
    if (this.#network.flaw === "says the last again to new members") {
      const isNew = (id: NodeId): boolean => before.size > 0 && !before.has(id);
      for (const [id, message] of this.#lastSent) if (this.#members.has(id) && isNew(id)) this.#post(id, message);
    }
    if (this.#network.flaw !== "address fixed for good") return;
    for (const [id, address] of before) if (this.#members.has(id)) this.#members.set(id, address);
  }

  send(to: NodeId, message: Message): void {
    if (this.#closed) return;
    const { flaw, undelivered } = this.#network;
    if (flaw === "tells a third" && message.type === "heartbeat" && this.#members.has(to)) {
      for (const id of this.#members.keys()) if (id !== to) this.#post(id, message);
    }
    const address = this.#members.get(to);
    const node = to === this.id ? undefined : this.#wayTo(to);
    if (node && this.#agrees(node)) return this.#post(to, message);
    if (flaw === "keeps everything for the dead" && address !== undefined && !node && to !== this.id) {
      undelivered.set(address, [...(undelivered.get(address) ?? []), { from: this, message }]);
    }
    if (flaw !== "silent to itself" || to !== this.id) this.#report(to);
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { flaw, nodes } = this.#network;
    this.#closed = true;
    if (flaw !== "leaves a timer") this.#network.resources -= 1;
    for (const message of this.#lastSent.values()) this.#network.lastWords.set(this.id, message);
    if (flaw === "delivers after close") return Promise.resolve();
    if (nodes.get(this.address) === this) nodes.delete(this.address);
    this.#handler = undefined;
    return Promise.resolve();
  }

  get inboxBytes(): number {
    return this.#inbox.reduce((sum, waiting) => sum + sizeOf(waiting.message), 0);
  }

  /** What a turn of the event loop does. */
  work(): void {
    const kept = this.#network.undelivered.get(this.address) ?? [];
    this.#network.undelivered.delete(this.address);
    this.#inbox.push(...kept);
    if (!this.#network.isStalled(this.address)) this.#deliver();
    const reports = [...this.#reports];
    this.#reports.clear();
    for (const peer of reports) this.#call((handler) => handler.unreachable(peer));
  }

  #agrees(node: ToyTransport): boolean {
    const { flaw } = this.#network;
    if (flaw !== "takes in every cluster" && node.clusterId !== this.clusterId) return false;
    if (!node.#handler || node.#closed) {
      if (flaw === "throws before start") throw new Error("not started");
      return false;
    }
    return node.#hears(this.id);
  }

  #hears(from: NodeId): boolean {
    const { flaw } = this.#network;
    if (this.#members.has(from)) return true;
    return flaw !== "refuses strangers" && (flaw !== "refuses former members" || !this.#former.has(from));
  }

  /** Where a message goes: to a member's address; to one that is no member if it has this node's address. */
  #wayTo(to: NodeId): ToyTransport | undefined {
    const { flaw, nodes } = this.#network;
    const address = this.#members.get(to);
    if (address !== undefined) return nodes.get(address);
    if (flaw === "does not answer strangers") return undefined;
    const hasDialled = (node: ToyTransport): boolean => nodes.get(node.#members.get(this.id) ?? "") === this;
    const namesakes = [...nodes.values()].filter((node) => node.id === to && !node.#closed);
    return namesakes.find((node) => flaw === "dials strangers" || hasDialled(node));
  }

  #post(to: NodeId, message: Message): void {
    const { flaw } = this.#network;
    const node = this.#wayTo(to);
    if (!node || node === this) return;
    const letter = { from: this, message: this.#copy(message) };
    if (sizeOf(message) > MESSAGE_BYTES_MAX && flaw !== "sends any size") return this.#report(to);
    const lastWords = this.#network.lastWords.get(this.id);
    if (flaw === "says the last again when restarted" && lastWords)
      node.#inbox.push({ from: this, message: lastWords });
    this.#network.lastWords.delete(this.id);
    const last = this.#lastSent.get(to);
    if (flaw === "repeats itself to the restarted" && node.#inbox.length === 0 && last && !node.#known.has(this)) {
      node.#inbox.push({ from: this, message: last });
    }
    node.#known.add(this);
    if (message.type === "heartbeat") this.#lastSent.set(to, message);
    if (flaw === "heartbeats overtake" && message.type === "heartbeat") node.#inbox.unshift(letter);
    else node.#inbox.push(letter);
    let bytes = node.inboxBytes;
    while (bytes > QUEUE_BYTES_MAX && flaw !== "unbounded queue") {
      const dropped = sizeOf(node.#inbox.shift()?.message ?? message);
      bytes -= dropped;
      if (flaw === "hoards what it drops") this.#network.hoardedBytes += dropped;
      this.#report(to);
    }
    if (bytes > QUEUE_BYTES_MAX) this.#report(to);
  }

  /** Who has posted to this transport. */
  readonly #known = new Set<ToyTransport>();

  #copy(message: Message): Message {
    const { flaw } = this.#network;
    if (flaw === "shares memory") return message;
    if (flaw === "32-bit numbers" && "round" in message) return { ...message, round: message.round % 2 ** 32 };
    if (message.type === "append-entries") {
      const entries = message.entries.map((old) => new Entry(old.index, old.term, old.kind, old.data.slice()));
      return { ...message, entries };
    }
    return structuredClone(message);
  }

  #deliver(): void {
    const isChunk = ({ message }: Letter): boolean => message.type === "install-snapshot";
    const isUrgent = this.#network.flaw === "chunks before all else" && this.#inbox.some(isChunk);
    const letters = isUrgent ? this.#inbox.filter(isChunk) : this.#inbox;
    this.#inbox = isUrgent ? this.#inbox.filter((letter) => !isChunk(letter)) : [];
    for (const { from, message } of letters) {
      if (this.#hears(from.id)) this.#call((handler) => handler.receive(this.#nameOf(from, message), message));
    }
  }

  #nameOf(from: ToyTransport, message: Message): NodeId {
    const { flaw } = this.#network;
    if (flaw === "ids in ASCII" && message.type === "append-entries") return from.id.replace(/[^ -~]/g, "?");
    const isMixedUp = flaw === "mixes up senders" && message.type === "heartbeat" && message.round === 219;
    return isMixedUp ? "a" : from.id;
  }

  #report(peer: NodeId): void {
    this.#reports.add(peer);
    if (this.#network.flaw === "reports everybody") for (const id of this.#members.keys()) this.#reports.add(id);
  }

  #call(body: (handler: TransportHandler) => void): void {
    const handler = this.#handler;
    if (!handler) return;
    try {
      body(handler);
    } catch {
      if (this.#network.flaw === "stops when a handler throws") this.#handler = undefined;
    }
  }
}
