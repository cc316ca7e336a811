import { type Clock, type Logger, type Message, type NodeId, type Random, silentLogger } from "@quorate/raft-core";
import { type LinkConditions, conditionsOf, perfectLink } from "./conditions.ts";
import { type DropReason, type Flight, type NetworkEvents, Observers } from "./events.ts";
import { Link } from "./link.ts";
import { type Carrier, MemoryTransport } from "./memory-transport.ts";
import { copyOf, sizeOf } from "./message-bytes.ts";
import { Partitions } from "./partitions.ts";

export interface MemoryNetworkOptions extends Partial<LinkConditions> {
  /** All waiting goes through it. */
  readonly clock: Clock;
  /** All chance comes from it: with it seeded and the clock simulated, a run can be repeated exactly. */
  readonly random: Random;
  /** Deliver copies, not the sender's own objects. Costs what it costs; shows who changes what is not theirs. */
  readonly copy?: boolean;
  /** What may be under way from one node to another at a time; what is sent over it is dropped. */
  readonly linkBytesMax?: number;
  readonly logger?: Logger;
}

const MIB = 2 ** 20;

/**
 * A network inside one process. Perfect unless told otherwise: options and `setLink` say what links do to messages,
 * `cut`, `partition` and `isolate` say which links carry none.
 *
 * Two nodes are connected while one of them, at least, is up and has the other among its members; messages go both ways
 * then. Loss and cuts are silent, as in a real network. What is sent to a node that is down, not connected, full up or
 * itself is reported to the sender as `unreachable`. Messages are handed over by reference unless `copy` is set.
 */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #copy: boolean;
  readonly #linkBytesMax: number;
  readonly #carrier: Carrier;
  readonly #observers: Observers;
  readonly #partitions = new Partitions();
  readonly #nodes = new Map<NodeId, MemoryTransport>();
  readonly #links = new Map<NodeId, Map<NodeId, Link>>();
  #conditions: LinkConditions;
  #flights = 0;

  constructor(options: MemoryNetworkOptions) {
    const { clock, random, copy = false, linkBytesMax = 64 * MIB, logger = silentLogger, ...conditions } = options;
    if (!(linkBytesMax > 0)) throw new TypeError(`linkBytesMax is ${linkBytesMax}, but must be above 0`);
    this.#clock = clock;
    this.#random = random;
    this.#copy = copy;
    this.#linkBytesMax = linkBytesMax;
    this.#conditions = conditionsOf(perfectLink, conditions);
    this.#observers = new Observers(logger);
    this.#carrier = {
      clock,
      logger,
      carry: (from, to, message) => this.#carry(from, to, message),
      detach: (transport) => {
        if (this.#nodes.get(transport.id) === transport) this.#nodes.delete(transport.id);
      },
    };
  }

  /**
   * A transport for the node `id`. One that exists under this id is closed, and what is under way to it is dropped, as
   * when a process is killed and started anew.
   */
  transport(id: NodeId): MemoryTransport {
    if (id === "") throw new TypeError("id is empty");
    void this.#nodes.get(id)?.close();
    const transport = new MemoryTransport(id, this.#carrier);
    this.#nodes.set(id, transport);
    return transport;
  }

  /** Changes the conditions of every link, also of those that had conditions of their own. */
  setLinks(conditions: Partial<LinkConditions>): void {
    this.#conditions = conditionsOf(this.#conditions, conditions);
    for (const links of this.#links.values()) {
      for (const link of links.values()) link.conditions = conditionsOf(link.conditions, conditions);
    }
  }

  /** Changes the conditions of the link in this one direction. */
  setLink(from: NodeId, to: NodeId, conditions: Partial<LinkConditions>): void {
    const link = this.#link(from, to);
    link.conditions = conditionsOf(link.conditions, conditions);
  }

  /** Nothing goes from `from` to `to` any more, what is under way included. The other direction is not touched. */
  cut(from: NodeId, to: NodeId): void {
    this.#partitions.cut(from, to);
  }

  /** Nothing goes from one group to another; nodes that no group names form one together. Replaces the last partition. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.#partitions.partition(groups);
  }

  /** Nothing goes to or from `id`. */
  isolate(id: NodeId): void {
    this.#partitions.isolate(id);
  }

  /** Undoes every `cut`, `partition` and `isolate`; conditions stay. */
  heal(): void {
    this.#partitions.heal();
  }

  isCut(from: NodeId, to: NodeId): boolean {
    return this.#partitions.isCut(from, to);
  }

  /** Calls `listener` at every event of that name until the returned function is called. For watching, not for data. */
  on<Name extends keyof NetworkEvents>(name: Name, listener: (event: NetworkEvents[Name]) => void): () => void {
    return this.#observers.on(name, listener);
  }

  #carry(from: MemoryTransport, to: NodeId, message: Message): void {
    const receiver = this.#nodes.get(to);
    const reason = this.#obstacle(from, to, receiver);
    if (reason || !receiver) return this.#drop(from, this.#flight(from.id, to, message), reason ?? "down");
    const link = this.#link(from.id, to);
    if (link.drawLoss()) return this.#drop(from, this.#flight(from.id, to, message), "lost");
    this.#dispatch(from, receiver, this.#flight(from.id, to, message, link.drawDueMs()));
    if (link.drawDuplicate()) {
      this.#dispatch(from, receiver, { ...this.#flight(from.id, to, message, link.drawDueMs()), duplicate: true });
    }
  }

  /** What keeps a message from leaving. */
  #obstacle(from: MemoryTransport, to: NodeId, receiver: MemoryTransport | undefined): DropReason | undefined {
    if (to === from.id) return "self";
    if (!from.reaches(to) && !receiver?.reaches(from.id)) return "stranger";
    if (this.#partitions.isCut(from.id, to)) return "cut";
    return receiver?.isUp ? undefined : "down";
  }

  #dispatch(from: MemoryTransport, receiver: MemoryTransport, flight: Flight): void {
    const link = this.#link(flight.from, flight.to);
    const bytes = sizeOf(flight.message);
    if (link.bytes + bytes > this.#linkBytesMax) return this.#drop(from, flight, "overflow");
    const sent = this.#copy ? { ...flight, message: copyOf(flight.message) } : flight;
    this.#observers.emit("send", sent);
    link.carry(sent, bytes, () => this.#arrive(from, receiver, sent));
  }

  #arrive(from: MemoryTransport, receiver: MemoryTransport, flight: Flight): void {
    if (this.#partitions.isCut(flight.from, flight.to)) return this.#drop(from, flight, "cut");
    if (!receiver.isUp) return this.#drop(from, flight, "down");
    this.#observers.emit("deliver", flight);
    receiver.deliver(flight.from, flight.message);
  }

  #drop(from: MemoryTransport, flight: Flight, reason: DropReason): void {
    this.#observers.emit("drop", { ...flight, reason });
    if (reason !== "lost" && reason !== "cut") from.reportUnreachable(flight.to);
  }

  #flight(from: NodeId, to: NodeId, message: Message, dueMs?: number): Flight {
    this.#flights += 1;
    const sentMs = this.#clock.now();
    return { id: this.#flights, from, to, message, sentMs, dueMs: dueMs ?? sentMs, duplicate: false };
  }

  #link(from: NodeId, to: NodeId): Link {
    const links = this.#links.get(from) ?? new Map<NodeId, Link>();
    this.#links.set(from, links);
    const link = links.get(to) ?? new Link(this.#clock, this.#random, this.#conditions);
    links.set(to, link);
    return link;
  }
}
