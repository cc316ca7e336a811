import type { Message, NodeId, TransportHandler } from "@quorate/raft-core";
import type { Dice, Scheduler } from "@quorate/virtual-time";
import type { Incarnation } from "../process/incarnation.ts";
import { Link, type LinkTraits } from "./link.ts";
import { SimulatedTransport } from "./simulated-transport.ts";

export type LossReason = "dropped" | "cut" | "down" | "stranger" | "overflow" | "broken";

/** Told of everything that the network does. */
export interface NetworkObserver {
  sent(from: NodeId, to: NodeId, message: Message): void;
  delivered(from: NodeId, to: NodeId, message: Message): void;
  lost(from: NodeId, to: NodeId, message: Message, reason: LossReason): void;
  /** What a node was told made it throw. */
  threw(node: NodeId, error: unknown): void;
}

export interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly traits: LinkTraits;
  /** Where not all links are alike. */
  readonly traitsOf?: ((from: NodeId, to: NodeId) => LinkTraits) | undefined;
  readonly ids: readonly NodeId[];
  readonly observer: NetworkObserver;
  /** Messages under way on one link; what is sent beyond it is dropped. */
  readonly underWayMax?: number;
}

const UNDER_WAY_MAX = 512;

/** Carries messages between processes, as badly as it is told to. */
export class SimulatedNetwork {
  readonly #options: NetworkOptions;
  readonly #links = new Map<NodeId, Map<NodeId, Link>>();
  readonly #transports = new Map<NodeId, SimulatedTransport>();

  constructor(options: NetworkOptions) {
    this.#options = options;
    for (const from of options.ids) {
      this.#links.set(
        from,
        new Map(options.ids.map((to) => [to, new Link(options.traitsOf?.(from, to) ?? options.traits)])),
      );
    }
  }

  /** A transport for one life of the node `id`. Its last one is no longer reached. */
  transport(id: NodeId, incarnation: Incarnation): SimulatedTransport {
    const transport = new SimulatedTransport(id, incarnation, this);
    this.#transports.set(id, transport);
    return transport;
  }

  link(from: NodeId, to: NodeId): Link {
    const link = this.#links.get(from)?.get(to);
    if (link === undefined) throw new TypeError(`there is no link from ${from} to ${to}`);
    return link;
  }

  /** Every link between two nodes, in a fixed order. */
  links(): readonly Link[] {
    return [...this.#links.values()].flatMap((links) => [...links.values()]);
  }

  /** The connection between the two breaks: all that is under way is lost, and both are told. */
  breakConnection(a: NodeId, b: NodeId): void {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      this.link(from, to).connection += 1;
      this.#tellUnreachable(from, to);
    }
  }

  /** Every link is as it was in the beginning. */
  heal(): void {
    for (const link of this.links()) this.#restore(link, link.usual);
  }

  /** Every link between two of these is as it was in the beginning, and loses nothing. */
  healAmong(ids: readonly NodeId[]): void {
    for (const link of ids.flatMap((from) => ids.map((to) => this.link(from, to)))) {
      this.#restore(link, { ...link.usual, dropRate: 0 });
    }
  }

  threw(node: NodeId, error: unknown): void {
    this.#options.observer.threw(node, error);
  }

  send(sender: SimulatedTransport, to: NodeId, message: Message): void {
    const { dice, observer } = this.#options;
    const from = sender.id;
    observer.sent(from, to, message);
    const isConnected = sender.dials(to) || this.#transports.get(to)?.dials(from) === true;
    if (to === from || !isConnected || !this.#links.get(from)?.has(to)) {
      observer.lost(from, to, message, "stranger");
      this.#tellUnreachable(from, to);
      return;
    }
    const link = this.link(from, to);
    if (link.isCut) return observer.lost(from, to, message, "cut");
    if (dice.chance(link.traits.dropRate)) return observer.lost(from, to, message, "dropped");
    if (link.underWay >= (this.#options.underWayMax ?? UNDER_WAY_MAX)) return this.#overflow(link, from, to, message);
    this.#carry(link, from, to, message);
    if (dice.chance(link.traits.duplicateRate)) this.#carryCopy(link, from, to, message);
  }

  #restore(link: Link, traits: LinkTraits): void {
    if (link.cloggedUntilMs > this.#options.scheduler.nowMs) {
      // What is stuck, and on an ordered link all that follows it, would come long after the link is well again.
      link.connection += 1;
      link.lastDueMs = 0;
    }
    link.traits = traits;
    link.cuts = 0;
    link.cloggedUntilMs = 0;
  }

  #carry(link: Link, from: NodeId, to: NodeId, message: Message): void {
    const { dice, scheduler } = this.#options;
    const { delayMsMin, delayMsMean, ordered } = link.traits;
    let dueMs = Math.max(scheduler.nowMs + delayMsMin + dice.exponential(delayMsMean), link.cloggedUntilMs);
    if (ordered) dueMs = Math.max(dueMs, link.lastDueMs);
    link.lastDueMs = dueMs;
    this.#deliverAt(dueMs, link, { from, to, message });
  }

  /** The sender is told once, until there is room again. */
  #overflow(link: Link, from: NodeId, to: NodeId, message: Message): void {
    this.#options.observer.lost(from, to, message, "overflow");
    if (!link.isFull) this.#tellUnreachable(from, to);
    link.isFull = true;
  }

  #carryCopy(link: Link, from: NodeId, to: NodeId, message: Message): void {
    const { dice, scheduler } = this.#options;
    const { delayMsMin, duplicateDelayMsMax } = link.traits;
    const dueMs = scheduler.nowMs + delayMsMin + dice.between(0, duplicateDelayMsMax);
    this.#deliverAt(dueMs, link, { from, to, message });
  }

  #deliverAt(dueMs: number, link: Link, flight: { from: NodeId; to: NodeId; message: Message }): void {
    const { from, to, message } = flight;
    const { connection } = link;
    link.underWay += 1;
    const receiverNumber = this.#options.ids.indexOf(to) + 1;
    this.#options.scheduler.at(dueMs, "deliver", receiverNumber, () => {
      link.underWay -= 1;
      link.isFull = false;
      if (link.connection !== connection) this.#options.observer.lost(from, to, message, "broken");
      else if (link.isCut) this.#options.observer.lost(from, to, message, "cut");
      else this.#arrive(from, to, message);
    });
  }

  #arrive(from: NodeId, to: NodeId, message: Message): void {
    const { observer } = this.#options;
    const receiver = this.#transports.get(to);
    if (receiver?.isUp !== true) {
      observer.lost(from, to, message, "down");
      this.#tellUnreachable(from, to);
    } else {
      receiver.hear((handler: TransportHandler) => {
        observer.delivered(from, to, message);
        handler.receive(from, message);
      });
    }
  }

  /** Sooner or later the sender notices, unless the way back is cut, too. */
  #tellUnreachable(from: NodeId, to: NodeId): void {
    const { dice, scheduler, ids } = this.#options;
    scheduler.after(dice.exponential(5), "deliver", ids.indexOf(from) + 1, () => {
      this.#transports.get(from)?.hear((handler) => handler.unreachable(to));
    });
  }
}
