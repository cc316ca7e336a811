import type { Message, NodeId } from "@quorate/raft-core";
import type { WebSocket } from "ws";
import type { Context } from "./context.ts";
import { type Refusal, closeCode } from "./handshake.ts";
import { Inbound, type InboundOwner } from "./inbound.ts";

export interface InboundsOwner {
  isMember(id: NodeId): boolean;
  /** A peer has shown itself. */
  greeted(peer: NodeId): void;
  received(peer: NodeId, message: Message): void;
}

/** The connections that others have made to this node. Of those of one peer its latest counts. */
export class Inbounds {
  readonly #owner: InboundsOwner;
  readonly #context: Context;
  readonly #all = new Set<Inbound>();
  readonly #greeted = new Map<NodeId, Inbound>();

  constructor(owner: InboundsOwner, context: Context) {
    this.#owner = owner;
    this.#context = context;
  }

  /** How many have not shaken hands yet. */
  get pending(): number {
    return this.#all.size - this.#greeted.size;
  }

  /** The connection that `peer` has made, while it lives. */
  of(peer: NodeId): Inbound | undefined {
    const inbound = this.#greeted.get(peer);
    return inbound?.connected ? inbound : undefined;
  }

  /** Those who have made a connection and are no members. */
  get strangers(): readonly (readonly [NodeId, Inbound])[] {
    return [...this.#greeted].filter(([peer]) => !this.#owner.isMember(peer));
  }

  add(socket: WebSocket, from: string): void {
    this.#all.add(new Inbound(socket, from, this.#inboundOwner, this.#context));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((inbound) => inbound.close()));
  }

  #noRoomFor(peer: NodeId): Refusal | undefined {
    const { strangersMax } = this.#context.limits;
    if (this.#owner.isMember(peer) || this.#greeted.has(peer) || this.strangers.length < strangersMax) return undefined;
    return { code: closeCode.overloaded, reason: `${strangersMax} nodes that are no members are connected already` };
  }

  readonly #inboundOwner: InboundOwner = {
    noRoomFor: (peer) => this.#noRoomFor(peer),

    greeted: (inbound, peer) => {
      const older = this.#greeted.get(peer);
      this.#greeted.set(peer, inbound);
      older?.dismiss(closeCode.replaced, "replaced by a newer connection");
      this.#owner.greeted(peer);
    },

    received: (peer, message) => this.#owner.received(peer, message),

    ended: (inbound) => {
      this.#all.delete(inbound);
      if (inbound.peer !== undefined && this.#greeted.get(inbound.peer) === inbound) this.#greeted.delete(inbound.peer);
    },
  };
}
