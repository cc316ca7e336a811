import { type Percentiles, percentilesOf } from "./latencies.ts";

export interface Load {
  /** How many call at a time, each of them once the answer to its last call is there. */
  readonly callers: number;
  /** Calls of all of them together. */
  readonly total: number;
}

export interface LoadResult {
  readonly operations: number;
  readonly errors: number;
  /** The first of them, in words. */
  readonly firstError: string | undefined;
  readonly elapsedMs: number;
  readonly opsPerSecond: number;
  readonly latencyMs: Percentiles;
}

/** Calls `call` `total` times, with the number of the call, from 0 on. What rejects is counted and does not end the run. */
export async function callAll(
  { callers, total }: Load,
  call: (number: number) => Promise<unknown>,
): Promise<LoadResult> {
  const latencies = new Float64Array(total);
  let next = 0;
  let errors = 0;
  let firstError: string | undefined;
  const caller = async (): Promise<void> => {
    while (next < total) {
      const number = next;
      next += 1;
      const beganMs = performance.now();
      try {
        await call(number);
      } catch (error) {
        errors += 1;
        firstError ??= String(error);
      }
      latencies[number] = performance.now() - beganMs;
    }
  };
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const elapsedMs = performance.now() - beganMs;
  return {
    operations: total,
    errors,
    firstError,
    elapsedMs,
    opsPerSecond: ((total - errors) * 1000) / elapsedMs,
    latencyMs: percentilesOf(latencies),
  };
}
