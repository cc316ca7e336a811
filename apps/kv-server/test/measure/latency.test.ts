import { expect, test } from "vitest";
import { Latency } from "../../src/measure/latency.ts";

test("tells of the last 5 to 10 s, in milliseconds", () => {
  let nowMs = 0;
  const latency = new Latency(() => nowMs);
  expect(latency.report()).toEqual({ count: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 });
  for (let ms = 1; ms <= 100; ms += 1) latency.record(ms);
  const { count, p50Ms, p90Ms, p99Ms, maxMs } = latency.report();
  expect(count).toBe(100);
  for (const [found, right] of [
    [p50Ms, 50],
    [p90Ms, 90],
    [p99Ms, 99],
    [maxMs, 100],
  ] as const) {
    expect(Math.abs(found - right)).toBeLessThanOrEqual(right / 50);
  }
  nowMs = 6000;
  latency.record(7);
  expect(latency.report().count).toBe(101);
  nowMs = 11_500;
  expect(latency.report()).toMatchObject({ count: 1 });
  nowMs = 30_000;
  expect(latency.report().count).toBe(0);
  latency.record(1e9);
  latency.record(0);
  expect(latency.report().count).toBe(2);
});
