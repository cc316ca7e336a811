import type { Random } from "@quorate/raft-core";

export interface BackoffOptions {
  readonly random: Random;
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before the next try: exponential with full jitter, so that peers that failed together do not come
 * back together. Drawn from [minMs, ceiling), where the ceiling doubles with every try from twice `minMs` to `maxMs`.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #ceilingMs: number;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#ceilingMs = options.minMs;
  }

  next(): number {
    const { random, minMs, maxMs } = this.#options;
    this.#ceilingMs = Math.min(this.#ceilingMs * 2, maxMs);
    return minMs + random.next() * (this.#ceilingMs - minMs);
  }

  reset(): void {
    this.#ceilingMs = this.#options.minMs;
  }
}
