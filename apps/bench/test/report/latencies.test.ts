import { expect, test } from "vitest";
import { Latencies } from "../../src/report/latencies.ts";

test("percentiles are those of a sorted list, to 0.1 %", () => {
  const latencies = new Latencies();
  const values = Array.from({ length: 10_000 }, (_, i) => 0.05 + ((i * 7919) % 10_000) / 100);
  for (const value of values) latencies.record(value);
  const sorted = values.toSorted((a, b) => a - b);
  const { count, mean, ...summary } = latencies.summary();
  const exact = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 } as const;
  expect(count).toBe(values.length);
  expect(mean).toBeCloseTo(sorted.reduce((a, b) => a + b) / count, 1);
  for (const [name, share] of Object.entries(exact)) {
    const value = sorted[Math.ceil(share * count) - 1] ?? Number.NaN;
    const measured = summary[name as keyof typeof exact];
    expect([name, Math.abs(measured - value) <= 0.0011 * value]).toEqual([name, true]);
  }
});

test("the distribution counts every value once, in buckets without a gap", () => {
  const latencies = new Latencies();
  const values = [0.001, 0.3, 0.5, 0.5, 64, 1e9];
  for (const value of values) latencies.record(value);
  const buckets = latencies.distribution();
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
  for (const [i, bucket] of buckets.entries()) expect(bucket.toMs).toBe(buckets[i + 1]?.fromMs ?? bucket.toMs);
  const holding = buckets.find(({ fromMs, toMs }) => fromMs <= 0.5 && 0.5 < toMs);
  expect(holding?.count).toBe(2);
  // Three doublings are six buckets on.
  const apart = (ms: number): number => buckets.findIndex(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  expect(apart(64) - apart(0.5)).toBe(14);
});

test("nothing recorded is all 0", () => {
  const latencies = new Latencies();
  expect(latencies.summary()).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 });
  expect(latencies.distribution()).toEqual([]);
});
