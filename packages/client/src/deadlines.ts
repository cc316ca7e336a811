import type { Clock } from "@quorate/raft-core";

export interface Due {
  readonly deadlineMs: number;
}

/**
 * Tells when something is due, with one timer for all: it is set to the earliest deadline, and what was over before
 * costs nothing.
 */
export class Deadlines<T extends Due> {
  readonly #clock: Clock;
  readonly #due: (item: T) => void;
  readonly #items = new Set<T>();
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, due: (item: T) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  get size(): number {
    return this.#items.size;
  }

  add(item: T): void {
    this.#items.add(item);
    this.#setTimer(item.deadlineMs);
  }

  delete(item: T): void {
    this.#items.delete(item);
    if (this.#items.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #setTimer(atMs: number): void {
    if (this.#timer !== undefined) {
      if (this.#timer.atMs <= atMs) return;
      this.#timer.cancel();
    }
    const cancel = this.#clock.after(Math.max(0, atMs - this.#clock.now()), () => this.#fire());
    this.#timer = { atMs, cancel };
  }

  #fire(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.now();
    let nextMs = Infinity;
    for (const item of this.#items) {
      if (item.deadlineMs <= nowMs) {
        this.#items.delete(item);
        this.#due(item);
      } else {
        nextMs = Math.min(nextMs, item.deadlineMs);
      }
    }
    if (nextMs !== Infinity) this.#setTimer(nextMs);
  }
}
