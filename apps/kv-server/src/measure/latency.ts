import { createHistogram } from "node:perf_hooks";
import type { RecordableHistogram } from "node:perf_hooks";
import type { LatencyReport } from "@quorate/dashboard/report";

const halfMs = 5000;
const usMax = 60_000_000;

/** How long something took in the last 5 to 10 s. Recording costs a fraction of a microsecond. */
export class Latency {
  readonly #now: () => number;
  #current: RecordableHistogram = histogram();
  #previous: RecordableHistogram = histogram();
  #sinceMs: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#sinceMs = now();
  }

  record(ms: number): void {
    this.#turn();
    this.#current.record(Math.min(usMax, Math.max(1, Math.round(ms * 1000))));
  }

  report(): LatencyReport {
    this.#turn();
    const whole = histogram();
    whole.add(this.#previous);
    whole.add(this.#current);
    const { count } = whole;
    if (count === 0) return { count, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 };
    const at = (percent: number): number => whole.percentile(percent) / 1000;
    return { count, p50Ms: at(50), p90Ms: at(90), p99Ms: at(99), maxMs: whole.max / 1000 };
  }

  /** Two halves take turns, so that what is old is forgotten a half at a time. */
  #turn(): void {
    const passedMs = this.#now() - this.#sinceMs;
    if (passedMs < halfMs) return;
    [this.#current, this.#previous] = [this.#previous, this.#current];
    this.#current.reset();
    if (passedMs >= 2 * halfMs) this.#previous.reset();
    this.#sinceMs = this.#now();
  }
}

/** In microseconds, up to a minute, with two significant digits: some kilobytes, where the default takes hundreds. */
function histogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: usMax, figures: 2 });
}
