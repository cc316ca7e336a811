import type { Sample } from "../load/sample.ts";

/**
 * For each kill the milliseconds until a write was acknowledged that had begun after it. Writes begin all the time,
 * whatever those before have come to (one that begins late counts from when it was due), so this is not longer than it was by more than their pace. `killsUs` ascend; throws
 * an error for a kill after which, and before the next, no such write was acknowledged.
 */
export function outagesMs(killsUs: readonly number[], samples: Iterable<Sample>): readonly number[] {
  const firstUs = killsUs.map(() => Infinity);
  for (const { begunUs, tookUs, isAcknowledged } of samples) {
    if (!isAcknowledged) continue;
    const kill = killsUs.findLastIndex((killUs) => killUs <= begunUs);
    if (kill >= 0) firstUs[kill] = Math.min(firstUs[kill] ?? Infinity, begunUs + tookUs);
  }
  return killsUs.map((killUs, i) => {
    const endUs = firstUs[i] ?? Infinity;
    if (endUs > (killsUs[i + 1] ?? Number.MAX_VALUE)) {
      throw new Error(`no write was acknowledged between kill ${i + 1} and the next: nothing can be said of it`);
    }
    return (endUs - killUs) / 1000;
  });
}
