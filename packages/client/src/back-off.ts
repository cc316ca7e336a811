import type { Random } from "@quorate/raft-core";

export interface BackOffOptions {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before try number `attempt`, the first being 1: exponential with jitter, so that clients that failed
 * together do not come back together. Drawn from `minMs` to a ceiling that doubles with every try up to `maxMs`.
 */
export function backOffMs(attempt: number, random: Random, { minMs, maxMs }: BackOffOptions): number {
  const ceilingMs = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30));
  return minMs + random.next() * (ceilingMs - minMs);
}
