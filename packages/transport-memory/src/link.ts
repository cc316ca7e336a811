import type { Clock, Random } from "@quorate/raft-core";
import type { LinkConditions } from "./conditions.ts";
import type { Flight } from "./events.ts";

/** A flight with what the link needs to know of it. */
interface Passage {
  readonly flight: Flight;
  readonly bytes: number;
  readonly arrive: () => void;
}

/** What is under way from one node to another. */
export class Link {
  readonly #clock: Clock;
  readonly #random: Random;
  #conditions: LinkConditions;
  #ordered: Passage[] = [];
  #lastDueMs = 0;
  #bytes = 0;

  constructor(clock: Clock, random: Random, conditions: LinkConditions) {
    this.#clock = clock;
    this.#random = random;
    this.#conditions = conditions;
  }

  get conditions(): LinkConditions {
    return this.#conditions;
  }

  set conditions(conditions: LinkConditions) {
    this.#conditions = conditions;
  }

  /** Of everything under way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the next message is lost. */
  drawLoss(): boolean {
    return this.#draw(this.#conditions.dropRate);
  }

  /** Whether the next message arrives twice. */
  drawDuplicate(): boolean {
    return this.#draw(this.#conditions.duplicateRate);
  }

  /** When the next message is to arrive. */
  drawDueMs(): number {
    const { delayMinMs, delayMaxMs, ordered } = this.#conditions;
    const spreadMs = delayMaxMs - delayMinMs;
    const delayMs = delayMinMs + (spreadMs > 0 ? this.#random.next() * spreadMs : 0);
    const dueMs = this.#clock.now() + delayMs;
    if (!ordered) return dueMs;
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs);
    return this.#lastDueMs;
  }

  /** Calls `arrive` when the flight is due. */
  carry(flight: Flight, bytes: number, arrive: () => void): void {
    const passage: Passage = { flight, bytes, arrive };
    this.#bytes += bytes;
    if (this.#conditions.ordered) {
      this.#ordered.push(passage);
      // Due times ascend, but callbacks that are due at once may come in any order: each takes whoever is first.
      this.#at(flight.dueMs, () => this.#arrived(this.#ordered.shift()));
    } else {
      this.#at(flight.dueMs, () => this.#arrived(passage));
    }
  }

  #arrived(passage: Passage | undefined): void {
    if (!passage) return;
    this.#bytes -= passage.bytes;
    passage.arrive();
  }

  #at(dueMs: number, callback: () => void): void {
    const delayMs = dueMs - this.#clock.now();
    if (delayMs > 0) this.#clock.after(delayMs, callback);
    else this.#clock.endOfTurn(callback);
  }

  #draw(rate: number): boolean {
    return rate > 0 && this.#random.next() < rate;
  }
}
