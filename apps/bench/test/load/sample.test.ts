import { expect, test } from "vitest";
import { Samples, monotonicUs, samplesOf, throughputOf } from "../../src/load/sample.ts";
import type { Sample } from "../../src/load/sample.ts";

test("a file of samples holds what was added, however many there are", () => {
  const samples = new Samples();
  const added = Array.from({ length: 10_000 }, (_, i) => {
    return { begunUs: 1e12 + i + 0.5, tookUs: i, isAcknowledged: i % 3 !== 0 };
  });
  for (const { begunUs, tookUs, isAcknowledged } of added) samples.add(begunUs, tookUs, isAcknowledged);
  expect(samples.bytes()).toHaveLength(16 * added.length);
  expect([...samplesOf(samples.bytes())]).toEqual(added);
});

test("its layout is that which generators in other languages write", () => {
  const samples = new Samples();
  samples.add(1.5, 258, false);
  expect([...samples.bytes()]).toEqual([0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 2, 1, 0, 0, 1, 0, 0, 0]);
});

test("what was due and is not begun is neither a success nor a failure", () => {
  const samples = new Samples();
  samples.omit(7.5);
  expect(samples.bytes()[12]).toBe(2);
  expect([...samplesOf(samples.bytes())]).toEqual([
    { begunUs: 7.5, tookUs: 0, isAcknowledged: false, isSkipped: true },
  ]);
});

test("the rate is that of the operations that succeeded, from the first begin to the last end", () => {
  const sample = (begunMs: number, tookMs: number, isAcknowledged = true): Sample => {
    return { begunUs: 1000 * begunMs, tookUs: 1000 * tookMs, isAcknowledged };
  };
  const samples = [sample(2500, 500), sample(1000, 10), sample(2000, 20), sample(0, 9000, false)];
  const { latencies, ...rest } = throughputOf(samples);
  expect(rest).toEqual({ acknowledged: 3, failed: 1, seconds: 2 });
  expect(latencies.summary()).toMatchObject({ count: 3, p50: expect.closeTo(20, 1), max: expect.closeTo(500, 0) });
  expect(throughputOf([sample(0, 1, false)])).toMatchObject({ acknowledged: 0, failed: 1, seconds: 0 });
});

test("the clock is the system's monotonic one", () => {
  const before = Number(process.hrtime.bigint()) / 1000;
  const at = monotonicUs();
  const after = Number(process.hrtime.bigint()) / 1000;
  // Both are asked for with a rounding of their own.
  expect(at).toBeGreaterThan(before - 100);
  expect(at).toBeLessThan(after + 100);
});
