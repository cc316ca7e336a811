import { expect, test } from "vitest";
import { BackOff } from "../../../src/page/state/back-off.ts";

const waits = (random: number, count: number): readonly number[] => {
  const backOff = new BackOff({ firstMs: 500, maxMs: 3000, random: () => random });
  return Array.from({ length: count }, () => backOff.nextMs());
};

test("waits twice as long after every failure, up to a limit, of which half is left to chance", () => {
  expect(waits(0, 5)).toEqual([250, 500, 1000, 1500, 1500]);
  expect(waits(1, 5)).toEqual([500, 1000, 2000, 3000, 3000]);
});

test("begins anew after a success", () => {
  const backOff = new BackOff({ firstMs: 500, maxMs: 3000, random: () => 1 });
  backOff.nextMs();
  backOff.nextMs();
  backOff.reset();
  expect(backOff.nextMs()).toBe(500);
});
