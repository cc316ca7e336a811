import type { Clock } from "@quorate/raft-core";

/** A clock that moves when told to. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #due: { readonly atMs: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  get pending(): number {
    return this.#due.length;
  }

  after(delayMs: number, callback: () => void): () => void {
    const due = { atMs: this.#nowMs + delayMs, callback };
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((other) => other !== due);
    };
  }

  endOfTurn(callback: () => void): void {
    setImmediate(callback);
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > untilMs) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
