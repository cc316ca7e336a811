import type { Effect } from "./effect.ts";
import type { NodeId } from "./membership.ts";
import type { Message } from "./message.ts";

/** Collects the effects of one turn on the two sides of its one `save`. */
export class Outbox {
  #before: Effect[] = [];
  #after: Effect[] = [];

  /** May happen at once, whatever becomes of the disk. */
  now(effect: Effect): void {
    this.#before.push(effect);
  }

  send(to: NodeId, message: Message): void {
    this.#before.push({ type: "send", to, message });
  }

  /** Promises something to a peer: goes out only when all that this node has decided so far is durable. */
  sendDurably(to: NodeId, message: Message): void {
    this.#after.push({ type: "send", to, message });
  }

  get hasPromises(): boolean {
    return this.#after.length > 0;
  }

  /** Everything that was collected, in the order that is the contract. */
  take(save: Effect | undefined): readonly Effect[] {
    const effects = this.#before;
    this.#before = [];
    if (save !== undefined) effects.push(save);
    if (this.#after.length === 0) return effects;
    effects.push(...this.#after);
    this.#after = [];
    return effects;
  }
}
