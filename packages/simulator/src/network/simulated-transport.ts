import type { Member, Message, NodeId, Transport, TransportHandler } from "@quorate/raft-core";
import type { Incarnation } from "../process/incarnation.ts";

/** What a transport needs of its network. */
export interface Carrier {
  send(sender: SimulatedTransport, to: NodeId, message: Message): void;
  /** The node's handler has thrown; the transport goes on. */
  threw(node: NodeId, error: unknown): void;
}

/** One process's end of the network. Dies with its incarnation. */
export class SimulatedTransport implements Transport {
  readonly id: NodeId;
  readonly #incarnation: Incarnation;
  readonly #carrier: Carrier;
  #handler: TransportHandler | undefined;
  #members: ReadonlySet<NodeId> = new Set();
  #closed = false;

  constructor(id: NodeId, incarnation: Incarnation, carrier: Carrier) {
    this.id = id;
    this.#incarnation = incarnation;
    this.#carrier = carrier;
  }

  /** Messages reach it. */
  get isUp(): boolean {
    return this.#incarnation.alive && this.#handler !== undefined;
  }

  /** Whether it keeps up a connection to the peer, which carries messages both ways. */
  dials(peer: NodeId): boolean {
    return this.isUp && this.#members.has(peer);
  }

  start(handler: TransportHandler): void {
    if (this.#handler !== undefined) throw new TypeError(`the transport of node "${this.id}" has been started already`);
    if (!this.#closed) this.#handler = handler;
  }

  setMembers(members: readonly Member[]): void {
    this.#members = new Set(members.map((member) => member.id));
  }

  send(to: NodeId, message: Message): void {
    if (this.#incarnation.alive && !this.#closed) this.#carrier.send(this, to, message);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#handler = undefined;
    return Promise.resolve();
  }

  /** Lets the process hear something now, or when it is no longer paused. */
  hear(tell: (handler: TransportHandler) => void): void {
    const deliver = (): void => {
      if (this.#handler === undefined) return;
      try {
        tell(this.#handler);
      } catch (error) {
        this.#carrier.threw(this.id, error);
      }
    };
    if (this.#incarnation.paused) this.#incarnation.post(0, "deliver", deliver);
    else if (this.#incarnation.alive) deliver();
  }
}
