import type { Member, Message, NodeId, Transport, TransportHandler } from "@quorate/raft-core";
import type { NodeObserver } from "./node-observer.ts";

/** The transport of one life of a node, watched: what is checked is checked before the message leaves. */
export class ObservedTransport implements Transport {
  readonly #inner: Transport;
  readonly #observer: NodeObserver;

  constructor(inner: Transport, observer: NodeObserver) {
    this.#inner = inner;
    this.#observer = observer;
  }

  start(handler: TransportHandler): void {
    this.#inner.start(handler);
  }

  setMembers(members: readonly Member[]): void {
    this.#inner.setMembers(members);
  }

  send(to: NodeId, message: Message): void {
    this.#observer.sends(to, message);
    this.#inner.send(to, message);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
