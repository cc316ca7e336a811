import type { Clock } from "@quorate/raft-core";

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();
  #ends: (() => void)[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  endOfTurn(callback: () => void): void {
    this.#ends.push(callback);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets everything happen that is to happen now. */
  async settle(): Promise<void> {
    do {
      const ends = this.#ends;
      this.#ends = [];
      for (const end of ends) end();
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
    } while (this.#ends.length > 0);
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
      await this.settle();
    }
    this.#nowMs = endMs;
  }
}
