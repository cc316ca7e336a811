import type { Sample } from "../load/sample.ts";
import { Latencies } from "../report/latencies.ts";
import type { GrowthRow } from "./part.ts";

/** A stretch of time on the clock of the samples, without its end. */
export interface Phase {
  readonly label: string;
  readonly fromUs: number;
  readonly toUs: number;
}

/** What the operations that began in a phase have come to. */
export interface PhaseFigures {
  readonly opsPerSecond: number;
  readonly errors: number;
  /** Due, but not begun: too many were under way. */
  readonly skipped: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly seconds: number;
}

/** A phase of no length has no rate: 0. */
export function figuresOf(samples: readonly Sample[], { fromUs, toUs }: Phase): PhaseFigures {
  const latencies = new Latencies();
  let [errors, skipped] = [0, 0];
  for (const { begunUs, tookUs, isAcknowledged, isSkipped } of samples) {
    if (begunUs < fromUs || begunUs >= toUs) continue;
    if (isAcknowledged) latencies.record(tookUs / 1000);
    else if (isSkipped) skipped += 1;
    else errors += 1;
  }
  const { count, p50, p99, max } = latencies.summary();
  const seconds = Math.max(0, (toUs - fromUs) / 1e6);
  const opsPerSecond = seconds === 0 ? 0 : count / seconds;
  return { opsPerSecond, errors, skipped, p50Ms: p50, p99Ms: p99, maxMs: max, seconds };
}

/** The same, one row for each second from `fromUs` on; the last one may be a part of a second. */
export function courseOf(samples: readonly Sample[], { fromUs, toUs }: Omit<Phase, "label">): readonly GrowthRow[] {
  const seconds = Math.ceil((toUs - fromUs) / 1e6);
  return Array.from({ length: seconds }, (_, second) => {
    const beganUs = fromUs + second * 1e6;
    const { p50Ms, p99Ms } = figuresOf(samples, { label: "", fromUs: beganUs, toUs: Math.min(toUs, beganUs + 1e6) });
    return { label: `${second} s`, x: second, figures: { p50Ms, p99Ms } };
  });
}
