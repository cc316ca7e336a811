import type { LatencyBucket } from "./latencies.ts";

const barMax = 40;

/** A line for each bucket, as long as it holds many. */
export function histogramText(buckets: readonly LatencyBucket[]): string {
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const all = buckets.reduce((sum, { count }) => sum + count, 0);
  return buckets
    .map(({ toMs, count }) => {
      const share = ((100 * count) / Math.max(1, all)).toFixed(2);
      const bar = "█".repeat(Math.round((barMax * count) / most));
      return `  < ${msText(toMs).padStart(9)}  ${share.padStart(6)} %  ${bar}`.trimEnd();
    })
    .join("\n");
}

/** With three significant digits. */
export function msText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toPrecision(3)} s`;
  return ms >= 100 ? `${ms.toFixed(0)} ms` : `${ms.toPrecision(3)} ms`;
}
