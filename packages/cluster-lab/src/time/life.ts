import type { EventKind, ScheduledEvent, Scheduler } from "@quorate/virtual-time";

interface Backlogged {
  readonly kind: EventKind;
  readonly action: () => void;
}

/**
 * One life of a node's process. Whatever happens to it is posted here: nothing reaches it once it is dead, and while it
 * is paused everything piles up and then arrives at once.
 */
export class Life {
  readonly number: number;
  /** Rises whenever something happens to the process. */
  touched = 0;
  readonly #scheduler: Scheduler;
  readonly #node: number;
  #alive = true;
  #paused = false;
  #backlog: Backlogged[] = [];

  constructor(scheduler: Scheduler, node: number, number: number) {
    this.#scheduler = scheduler;
    this.#node = node;
    this.number = number;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  kill(): void {
    this.touched += 1;
    this.#alive = false;
    this.#paused = false;
    this.#backlog = [];
  }

  pause(): void {
    this.touched += 1;
    this.#paused = true;
  }

  resume(): void {
    this.touched += 1;
    this.#paused = false;
    const backlog = this.#backlog;
    this.#backlog = [];
    // What has arrived comes before the timers that are due, as in an event loop after a stall.
    for (const each of backlog.filter(({ kind }) => kind !== "timer")) this.post(0, each.kind, each.action);
    for (const each of backlog.filter(({ kind }) => kind === "timer")) this.post(0, each.kind, each.action);
  }

  post(delayMs: number, kind: EventKind, action: () => void): ScheduledEvent {
    return this.#scheduler.after(delayMs, kind, this.#node, () => this.now(kind, action));
  }

  /** Lets something happen to the process at once, or as soon as it is no longer paused. */
  now(kind: EventKind, action: () => void): void {
    if (!this.#alive) return;
    if (this.#paused) this.#backlog.push({ kind, action });
    else {
      this.touched += 1;
      action();
    }
  }
}
