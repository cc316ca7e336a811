import { expect, test } from "vitest";
import { ratioOf, spreadOf } from "../../src/report/spread.ts";

test("the median is that in the middle, or between the two there", () => {
  expect(spreadOf([5, 1, 100])).toEqual({ median: 5, min: 1, max: 100 });
  expect(spreadOf([4, 10, 1, 2])).toEqual({ median: 3, min: 1, max: 10 });
  expect(() => spreadOf([])).toThrow("at least one");
});

test("a ratio is that of the medians, its spread that of the turns", () => {
  expect(ratioOf([10, 20, 60], [10, 10, 20])).toEqual({ ofMedians: 2, median: 2, min: 1, max: 3 });
  expect(() => ratioOf([1], [1, 2])).toThrow("as many");
});
