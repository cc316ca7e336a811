import type { EventKind, ScheduledEvent, Scheduler } from "@quorate/virtual-time";

interface Backlogged {
  readonly kind: EventKind;
  readonly action: () => void;
}

/**
 * One life of a process. Whatever happens to the process is posted here: nothing reaches it once it is dead, and while
 * it is paused everything piles up and then arrives at once.
 */
export class Incarnation {
  readonly number: number;
  readonly #node: number;
  readonly #scheduler: Scheduler;
  #alive = true;
  #pausedUntilMs = 0;
  #backlog: Backlogged[] = [];
  /** Timers and port calls that are under way. */
  pending = 0;

  constructor(scheduler: Scheduler, node: number, number: number) {
    this.#scheduler = scheduler;
    this.#node = node;
    this.number = number;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#pausedUntilMs > this.#scheduler.nowMs;
  }

  /** Everything that was to come never comes; what its code still does has no effect. */
  kill(): void {
    this.#alive = false;
    this.#backlog = [];
  }

  post(delayMs: number, kind: EventKind, action: () => void): ScheduledEvent {
    this.pending += 1;
    return this.#scheduler.after(delayMs, kind, this.#node, () => {
      this.pending -= 1;
      if (!this.#alive) return;
      if (this.paused) this.#backlog.push({ kind, action });
      else action();
    });
  }

  pause(forMs: number): void {
    const wasPaused = this.paused;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#scheduler.nowMs + forMs);
    if (!wasPaused) this.#resumeLater();
  }

  /** Ends a pause at once. */
  resume(): void {
    this.#pausedUntilMs = 0;
    const backlog = this.#backlog;
    this.#backlog = [];
    // What has arrived is delivered before the timers that are due, as an event loop does after a stall.
    for (const { kind, action } of backlog.filter((each) => each.kind !== "timer")) this.post(0, kind, action);
    for (const { kind, action } of backlog.filter((each) => each.kind === "timer")) this.post(0, kind, action);
  }

  #resumeLater(): void {
    this.#scheduler.after(this.#pausedUntilMs - this.#scheduler.nowMs, "fault", this.#node, () => {
      if (!this.#alive || this.#pausedUntilMs === 0) return;
      if (this.paused) this.#resumeLater();
      else this.resume();
    });
  }
}
