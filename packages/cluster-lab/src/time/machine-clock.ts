import type { Clock } from "@quorate/raft-core";
import type { ScheduledEvent, Scheduler } from "@quorate/virtual-time";
import type { Life } from "./life.ts";

/** Keeps a timer from coming a rounding error too early, over and over, at a time that stands still. */
const ROUNDING_MS = 1e-6;

interface Timer {
  /** On this clock. */
  readonly dueMs: number;
  readonly life: Life;
  readonly fire: () => void;
  event: ScheduledEvent;
}

/** The clock of one machine, on virtual time. It may run fast or slow, and leap ahead; never back. */
export class MachineClock {
  /** Rises whenever the clock is changed. */
  changes = 0;
  readonly #scheduler: Scheduler;
  readonly #timers = new Set<Timer>();
  #rate = 1;
  /** When it was last changed: in virtual time, and on this clock. */
  #sinceMs = 0;
  #baseMs = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#change(0, rate);
  }

  get nowMs(): number {
    return this.#baseMs + (this.#scheduler.nowMs - this.#sinceMs) * this.#rate;
  }

  /** When this clock shows `atMs`, or showed it if it ran as it does now: in virtual time. */
  virtualMs(atMs: number): number {
    return this.#scheduler.nowMs + (atMs - this.nowMs) / this.#rate;
  }

  leap(byMs: number): void {
    this.#change(Math.max(0, byMs), this.#rate);
  }

  /** This clock as the port of one life, with which its timers die. */
  portOf(life: Life): Clock {
    return {
      now: () => this.nowMs,
      after: (delayMs, callback) => this.#after(life, Math.max(0, delayMs), callback),
      endOfTurn: (callback) => void life.post(0, "turn", callback),
    };
  }

  /** A life is over. */
  forget(life: Life): void {
    for (const timer of this.#timers) if (timer.life === life) this.#timers.delete(timer);
  }

  #after(life: Life, delayMs: number, callback: () => void): () => void {
    const state = { cancelled: false };
    const fire = (): void => {
      if (!state.cancelled) callback();
    };
    const dueMs = this.nowMs + delayMs;
    const timer: Timer = { dueMs, life, fire, event: this.#post(life, delayMs, () => this.#fire(timer)) };
    this.#timers.add(timer);
    return () => {
      state.cancelled = true;
      timer.event.cancelled = true;
      this.#timers.delete(timer);
    };
  }

  #post(life: Life, delayMs: number, action: () => void): ScheduledEvent {
    return life.post(delayMs / this.#rate + ROUNDING_MS, "timer", action);
  }

  #fire(timer: Timer): void {
    // A paused life may have it twice: from before its clock was changed, and from after.
    if (this.#timers.delete(timer)) timer.fire();
  }

  #change(leapMs: number, rate: number): void {
    this.changes += 1;
    this.#baseMs = this.nowMs + leapMs;
    this.#sinceMs = this.#scheduler.nowMs;
    this.#rate = rate;
    for (const timer of this.#timers) {
      timer.event.cancelled = true;
      timer.event = this.#post(timer.life, Math.max(0, timer.dueMs - this.nowMs), () => this.#fire(timer));
    }
  }
}
