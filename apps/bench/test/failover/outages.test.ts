import { expect, test } from "vitest";
import { outagesMs } from "../../src/failover/outages.ts";
import type { Sample } from "../../src/load/sample.ts";

const sample = (begunMs: number, endMs: number, isAcknowledged = true): Sample => {
  return { begunUs: 1000 * begunMs, tookUs: 1000 * (endMs - begunMs), isAcknowledged };
};

test("an outage ends with the first answer to a write that was begun after the kill", () => {
  const samples = [
    sample(90, 110), // Begun before: its answer was perhaps on its way.
    sample(101, 400),
    sample(150, 300),
    sample(102, 120, false),
    sample(600, 610),
    sample(1001, 1200),
    sample(1100, 1150),
  ];
  expect(outagesMs([100_000, 1_000_000], samples)).toEqual([200, 150]);
});

test("a kill after which nothing was acknowledged before the next is no outage of a second", () => {
  expect(() => outagesMs([100_000, 500_000], [sample(90, 95), sample(600, 700)])).toThrow("kill 1");
  expect(() => outagesMs([100_000], [])).toThrow("kill 1");
  // What was begun between the two and answered after the second was not acknowledged in time, either.
  expect(() => outagesMs([100_000, 500_000], [sample(400, 600), sample(600, 700)])).toThrow("kill 1");
});
