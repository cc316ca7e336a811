import type { Clock } from "@quorate/raft-core";

interface Timer {
  readonly atMs: number;
  readonly seq: number;
  readonly callback: () => void;
}

/**
 * Time that passes only when a test lets it. Everything else that a node on memory ports awaits is a microtask, so a
 * run is the same every time.
 */
export class VirtualClock implements Clock {
  #nowMs = 1_000;
  #seq = 0;
  #timers: Timer[] = [];
  #turn: (() => void)[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    this.#seq += 1;
    const timer: Timer = { atMs: this.#nowMs + delayMs, seq: this.#seq, callback };
    this.#timers.push(timer);
    this.#timers.sort((a, b) => a.atMs - b.atMs || a.seq - b.seq);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  endOfTurn(callback: () => void): void {
    this.#turn.push(callback);
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Time passes and nothing happens, as in a process that hangs; what has become due comes all at once. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Runs what can happen without time passing. */
  async settle(): Promise<void> {
    do {
      await microtasks();
      const turn = this.#turn;
      this.#turn = [];
      for (const callback of turn) callback();
      await microtasks();
    } while (this.#turn.length > 0);
  }

  async run(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    while ((this.#timers[0]?.atMs ?? Infinity) <= endMs) await this.#fire();
    this.#nowMs = endMs;
  }

  /** Runs until `condition` holds; throws when it does not within `limitMs` of this clock's time. */
  async until(condition: () => boolean, what: string, limitMs = 30_000): Promise<void> {
    const endMs = this.#nowMs + limitMs;
    await this.settle();
    while (!condition()) {
      if ((this.#timers[0]?.atMs ?? Infinity) > endMs) throw new Error(`not within ${limitMs} ms: ${what}`);
      await this.#fire();
    }
  }

  /** Runs until `promise` settles, and gives what it settles with. */
  async during<T>(promise: Promise<T>, limitMs?: number): Promise<T> {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    promise.then(end, end);
    await this.until(() => settled, "a promise settles", limitMs);
    return promise;
  }

  /** Everything that is due then comes in one turn. */
  async #fire(): Promise<void> {
    this.#nowMs = Math.max(this.#nowMs, this.#timers[0]?.atMs ?? 0);
    for (let timer = this.#timers[0]; timer !== undefined && timer.atMs <= this.#nowMs; timer = this.#timers[0]) {
      this.#timers.shift();
      timer.callback();
    }
    await this.settle();
  }
}

/** Every microtask there is, and those that they bring about, run before the next macrotask does. */
export function microtasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
