import { createHistogram } from "node:perf_hooks";

/** In milliseconds, exact to 0.1 %; all 0 where nothing was recorded. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** How many took from `fromMs` up to, but not, `toMs`. */
export interface LatencyBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

const usMax = 600_000_000;

/** Two for each doubling. */
const bucketsPerDoubling = 2;

/** How long many things took: Node's HDR histogram of microseconds, of constant size, up to ten minutes. */
export class Latencies {
  readonly #histogram = createHistogram({ lowest: 1, highest: usMax, figures: 3 });
  readonly #buckets = new Float64Array(1 + bucketOf(usMax));

  /** Below 1 µs counts as 1 µs, above ten minutes as ten minutes. */
  record(ms: number): void {
    const us = Math.min(usMax, Math.max(1, Math.round(ms * 1000)));
    this.#histogram.record(us);
    const bucket = bucketOf(us);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
  }

  summary(): LatencySummary {
    const { count, mean, max } = this.#histogram;
    if (count === 0) return { count, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
    const at = (percent: number): number => this.#histogram.percentile(percent) / 1000;
    return { count, mean: mean / 1000, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: max / 1000 };
  }

  /** From the first bucket that is not empty to the last one, without a gap. */
  distribution(): readonly LatencyBucket[] {
    const first = this.#buckets.findIndex((count) => count > 0);
    const last = this.#buckets.findLastIndex((count) => count > 0);
    if (first < 0) return [];
    return [...this.#buckets.subarray(first, last + 1)].map((count, i) => {
      return { fromMs: boundMs(first + i), toMs: boundMs(first + i + 1), count };
    });
  }
}

function bucketOf(us: number): number {
  return Math.floor(bucketsPerDoubling * Math.log2(us) + 1e-9);
}

function boundMs(bucket: number): number {
  return 2 ** (bucket / bucketsPerDoubling) / 1000;
}
