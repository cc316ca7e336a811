import type { Clock } from "@quorate/raft-core";
import type { Dice, Scheduler } from "@quorate/virtual-time";
import type { Incarnation } from "../process/incarnation.ts";

/** How a node's own clock differs from the simulation's. */
export interface ClockTraits {
  /** How fast it runs; 1 is right. */
  readonly rate: number;
  readonly offsetMs: number;
  /** Timers fire late by up to this. */
  readonly lateMsMax: number;
  /** What a turn of the event loop takes, at most. */
  readonly turnMsMax: number;
}

/** Keeps a timer from coming a rounding error too early, over and over, at a time that stands still. */
const ROUNDING_MS = 1e-6;

/** A process's clock on virtual time. Dies with its incarnation. */
export class SimulatedClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #incarnation: Incarnation;
  readonly #traits: ClockTraits;
  readonly #dice: Dice;

  constructor(scheduler: Scheduler, incarnation: Incarnation, traits: ClockTraits, dice: Dice) {
    this.#scheduler = scheduler;
    this.#incarnation = incarnation;
    this.#traits = traits;
    this.#dice = dice;
  }

  now(): number {
    return this.#traits.offsetMs + this.#scheduler.nowMs * this.#traits.rate;
  }

  after(delayMs: number, callback: () => void): () => void {
    const { rate, lateMsMax } = this.#traits;
    const lateMs = lateMsMax > 0 ? this.#dice.between(0, lateMsMax) : 0;
    let cancelled = false;
    // Cancelled inside, not in the queue, so that a timer which waits out a pause can be cancelled, too.
    this.#incarnation.post(Math.max(0, delayMs) / rate + ROUNDING_MS + lateMs, "timer", () => {
      if (!cancelled) callback();
    });
    return () => {
      cancelled = true;
    };
  }

  endOfTurn(callback: () => void): void {
    this.#incarnation.post(this.#dice.between(0, this.#traits.turnMsMax), "turn", callback);
  }
}
