import type { Clock, Logger, Member, Message, NodeId, Transport, TransportHandler } from "@quorate/raft-core";

/** What a transport needs of the network that it belongs to. */
export interface Carrier {
  readonly clock: Clock;
  readonly logger: Logger;
  carry(from: MemoryTransport, to: NodeId, message: Message): void;
  detach(transport: MemoryTransport): void;
}

/** One node's end of a `MemoryNetwork`, which makes it. Addresses mean nothing here: nodes are reached by their ids. */
export class MemoryTransport implements Transport {
  readonly id: NodeId;
  readonly #carrier: Carrier;
  readonly #unreachable = new Set<NodeId>();
  #handler: TransportHandler | undefined;
  #members: ReadonlySet<NodeId> = new Set();
  #closed = false;

  constructor(id: NodeId, carrier: Carrier) {
    this.id = id;
    this.#carrier = carrier;
  }

  /** Messages reach it: it has been started and not closed. */
  get isUp(): boolean {
    return this.#handler !== undefined;
  }

  start(handler: TransportHandler): void {
    if (this.#handler) throw new TypeError(`the transport of node "${this.id}" has been started already`);
    if (!this.#closed) this.#handler = handler;
  }

  setMembers(members: readonly Member[]): void {
    this.#members = new Set(members.map((member) => member.id));
  }

  /** A connection to `peer` has been made from here, if both are up. */
  reaches(peer: NodeId): boolean {
    return this.isUp && this.#members.has(peer);
  }

  send(to: NodeId, message: Message): void {
    if (!this.#closed) this.#carrier.carry(this, to, message);
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#handler = undefined;
      this.#carrier.detach(this);
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** For the network: hands a message that has arrived to the node. */
  deliver(from: NodeId, message: Message): void {
    try {
      this.#handler?.receive(from, message);
    } catch (error) {
      this.#carrier.logger.error(`node "${this.id}" threw while receiving`, { from, type: message.type, error });
    }
  }

  /** For the network: reports, after this turn, that what was sent to `peer` in it has been dropped. */
  reportUnreachable(peer: NodeId): void {
    this.#unreachable.add(peer);
    if (this.#unreachable.size === 1) this.#carrier.clock.endOfTurn(() => this.#report());
  }

  #report(): void {
    const peers = [...this.#unreachable];
    this.#unreachable.clear();
    for (const peer of peers) {
      try {
        this.#handler?.unreachable(peer);
      } catch (error) {
        this.#carrier.logger.error(`node "${this.id}" threw while told of an unreachable peer`, { peer, error });
      }
    }
  }
}
