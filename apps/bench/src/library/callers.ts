import { Latencies, type LatencySummary } from "../report/latencies.ts";

export interface CallersLoad {
  /** How many call at a time, each of them once the answer to its last call is there. */
  readonly clients: number;
  /** Calls of all of them together. */
  readonly total: number;
}

export interface CallersResult {
  readonly operations: number;
  readonly errors: number;
  /** In words; undefined where there was none. */
  readonly firstError?: string | undefined;
  readonly elapsedMs: number;
  /** Of those that came to something. */
  readonly opsPerSecond: number;
  /** Of the same. */
  readonly latencyMs: Omit<LatencySummary, "count" | "mean">;
  /** Of this process, all its threads, for 1,000 calls. */
  readonly cpuSecondsPer1000: number;
}

/** Calls `call` `total` times, with the number of the call, from 0 on. What rejects is counted and does not end the run. */
export async function callAll(
  { clients, total }: CallersLoad,
  call: (number: number) => Promise<unknown>,
): Promise<CallersResult> {
  const latencies = new Latencies();
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
        latencies.record(performance.now() - beganMs);
      } catch (error) {
        errors += 1;
        firstError ??= String(error);
      }
    }
  };
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: clients }, caller));
  const elapsedMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(cpu);
  const { p50, p90, p99, p999, max } = latencies.summary();
  return {
    ...{ operations: total, errors, firstError, elapsedMs, opsPerSecond: ((total - errors) * 1000) / elapsedMs },
    latencyMs: { p50, p90, p99, p999, max },
    cpuSecondsPer1000: (user + system) / 1000 / Math.max(1, total),
  };
}
