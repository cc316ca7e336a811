import type { Clock } from "@quorate/raft-core";

interface Due {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that moves when told to. Callbacks due at the same time run in the *reverse* order, to be unkind. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #due: Due[] = [];
  #turnEnd: (() => void)[] = [];

  now(): number {
    return this.#nowMs;
  }

  /** How many callbacks wait. */
  get pending(): number {
    return this.#due.length + this.#turnEnd.length;
  }

  after(delayMs: number, callback: () => void): () => void {
    const due: Due = { atMs: this.#nowMs + delayMs, callback };
    this.#due.unshift(due);
    return () => {
      this.#due = this.#due.filter((other) => other !== due);
    };
  }

  endOfTurn(callback: () => void): void {
    this.#turnEnd.push(callback);
  }

  /** Ends the current turn, and the ones that this begins. */
  turn(): void {
    while (this.#turnEnd.length > 0) {
      const callbacks = this.#turnEnd;
      this.#turnEnd = [];
      for (const callback of callbacks) callback();
    }
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    this.turn();
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > untilMs) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#nowMs = next.atMs;
      next.callback();
      this.turn();
    }
    this.#nowMs = untilMs;
  }
}
