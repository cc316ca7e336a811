import type { Message, NodeId } from "@quorate/raft-core";
import type { Context } from "./context.ts";
import { type Refusal, closeCode } from "./handshake.ts";
import { Inbound, type InboundOptions, type InboundOwner } from "./inbound.ts";
import type { Hello, Standing } from "./schema.ts";

/** A connection that is open answers within this, or another process of the same id takes its place. */
const SIGN_OF_LIFE_MS = 1000;

export interface InboundsOwner {
  standingOf(id: NodeId): Standing;
  /** A peer has shown itself. */
  greeted(peer: NodeId): void;
  received(peer: NodeId, message: Message): void;
}

/**
 * The connections that others have made to this node. Of those of one process the one that it made last counts; of two
 * processes that use one id, the one that was there first, for as long as it lives.
 */
export class Inbounds {
  readonly #owner: InboundsOwner;
  readonly #context: Context;
  /** In the order in which they came. */
  readonly #pending = new Set<Inbound>();
  readonly #greeted = new Map<NodeId, Inbound>();

  constructor(owner: InboundsOwner, context: Context) {
    this.#owner = owner;
    this.#context = context;
  }

  /** The connection that `peer` has made, while it lives. */
  of(peer: NodeId): Inbound | undefined {
    const inbound = this.#greeted.get(peer);
    return inbound?.connected ? inbound : undefined;
  }

  /** Those who have made a connection and are no members. */
  get strangers(): readonly (readonly [NodeId, Inbound])[] {
    return [...this.#greeted].filter(([peer]) => this.#owner.standingOf(peer) !== "member");
  }

  /** One that has not shaken hands. Where there are too many, the oldest goes: it has had the most time. */
  add(options: InboundOptions): void {
    const { pendingHandshakesMax } = this.#context.limits;
    this.#pending.add(new Inbound(options, this.#inboundOwner, this.#context));
    const [oldest] = this.#pending;
    if (!oldest || this.#pending.size <= pendingHandshakesMax) return;
    const reason = `more than ${pendingHandshakesMax} connections have not shaken hands`;
    oldest.refuse({ code: closeCode.overloaded, reason });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pending, ...this.#greeted.values()].map((inbound) => inbound.close()));
  }

  #noRoomFor(peer: NodeId): Refusal | undefined {
    const { strangersMax } = this.#context.limits;
    if (this.#owner.standingOf(peer) === "member" || this.#greeted.has(peer)) return undefined;
    if (this.strangers.length < strangersMax) return undefined;
    return { code: closeCode.overloaded, reason: `${strangersMax} nodes that are no members are connected already` };
  }

  #objection(hello: Hello): Promise<Refusal | undefined> | Refusal | undefined {
    const older = this.of(hello.from);
    if (!older?.hello) return this.#noRoomFor(hello.from);
    if (older.hello.instance !== hello.instance) return this.#rivalOf(older, hello);
    if (older.hello.epoch < hello.epoch) return undefined;
    return { code: closeCode.replaced, reason: "a connection that was made later is here already" };
  }

  /** Two processes use one id. The one that was there first may have died without a word, as machines do. */
  async #rivalOf(older: Inbound, { from }: Hello): Promise<Refusal | undefined> {
    const { handshakeTimeoutMs } = this.#context.limits;
    const isAlive = await older.answers(Math.min(SIGN_OF_LIFE_MS, handshakeTimeoutMs / 2));
    const isOpen = this.of(from) !== undefined && this.of(from) !== older;
    if (!isAlive && !isOpen) return this.#noRoomFor(from);
    return { code: closeCode.duplicate, reason: `another process uses the id "${from}", connected from ${older.from}` };
  }

  readonly #inboundOwner: InboundOwner = {
    objection: (hello) => this.#objection(hello),

    standingOf: (peer) => this.#owner.standingOf(peer),

    greeted: (inbound, { from }) => {
      const older = this.#greeted.get(from);
      this.#pending.delete(inbound);
      this.#greeted.set(from, inbound);
      older?.dismiss(closeCode.replaced, "replaced by a newer connection");
      this.#owner.greeted(from);
    },

    received: (peer, message) => this.#owner.received(peer, message),

    ended: (inbound) => {
      this.#pending.delete(inbound);
      const peer = inbound.hello?.from;
      if (peer !== undefined && this.#greeted.get(peer) === inbound) this.#greeted.delete(peer);
    },
  };
}
