import { EventQueue } from "./event-queue.ts";

/**
 * `deliver`: a message reaches a node. `turn`: the end of a turn of a node's event loop. `timer`: one of its timers.
 * `disk`: a disk has done what it was asked. `client`: a client acts. `fault`: the plan. `check`: the simulator's own.
 */
export type EventKind = "deliver" | "turn" | "timer" | "disk" | "client" | "fault" | "check";

export const eventKinds: readonly EventKind[] = ["deliver", "turn", "timer", "disk", "client", "fault", "check"];

export interface ScheduledEvent {
  readonly atMs: number;
  readonly sequence: number;
  readonly kind: EventKind;
  /** The number of the node that it happens to; 0 for none. */
  readonly node: number;
  readonly action: () => void;
  cancelled: boolean;
}

/** Virtual time, and everything that is still to happen in it. Time moves only from one event to the next. */
export class Scheduler {
  readonly #queue = new EventQueue<ScheduledEvent>();
  #nowMs = 0;
  #sequence = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  get size(): number {
    return this.#queue.size;
  }

  after(delayMs: number, kind: EventKind, node: number, action: () => void): ScheduledEvent {
    return this.at(this.#nowMs + Math.max(0, delayMs), kind, node, action);
  }

  /** As `after`, for what has to happen at exactly the same time as something else: sums of fractions are inexact. */
  at(atMs: number, kind: EventKind, node: number, action: () => void): ScheduledEvent {
    this.#sequence += 1;
    const event = { atMs, sequence: this.#sequence, kind, node, action, cancelled: false };
    this.#queue.push(event);
    return event;
  }

  /** When the next event happens; Infinity where nothing will ever happen again. */
  get nextMs(): number {
    let event = this.#queue.first;
    while (event?.cancelled === true) {
      this.#queue.pop();
      event = this.#queue.first;
    }
    return event?.atMs ?? Infinity;
  }

  /** Lets time pass up to `atMs`, which lies neither in the past nor behind the next event: a TypeError else. */
  advanceTo(atMs: number): void {
    if (!(atMs >= this.#nowMs && atMs <= this.nextMs)) {
      throw new TypeError(`atMs is ${atMs}, but must be from ${this.#nowMs} to ${this.nextMs}`);
    }
    this.#nowMs = atMs;
  }

  /** The next event, which is to be performed now; undefined where nothing will ever happen again. */
  next(): ScheduledEvent | undefined {
    for (;;) {
      const event = this.#queue.pop();
      if (event === undefined) return undefined;
      if (event.cancelled) continue;
      this.#nowMs = event.atMs;
      return event;
    }
  }
}
