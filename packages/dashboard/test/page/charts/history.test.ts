import { expect, test } from "vitest";
import { History, summaryOf } from "../../../src/page/charts/history.ts";

const measures = (values: Readonly<Record<string, number | undefined>>) => new Map(Object.entries(values));

test("holds the last moments, and forgets what is older", () => {
  const history = new History(3);
  for (const second of [1, 2, 3, 4, 5]) history.add(second, measures({ a: second * 10 }));
  expect(history.times).toEqual([3, 4, 5]);
  expect(history.valuesOf("a")).toEqual([30, 40, 50]);
});

test("forgets by time, however seldom it is told something", () => {
  const history = new History(300);
  for (let minute = 0; minute < 300; minute += 1) history.add(minute * 60, measures({ a: minute }));
  expect(history.times).toEqual([295, 296, 297, 298, 299].map((minute) => minute * 60));
  history.add(100_000, measures({ a: 7 }));
  expect([history.times, history.valuesOf("a")]).toEqual([[100_000], [7]]);
});

test("measures that come and go are null where they were not", () => {
  const history = new History(10);
  history.add(1, measures({ a: 1 }));
  history.add(2, measures({ a: undefined, b: 2 }));
  history.add(3, measures({ b: 3 }));
  expect(history.valuesOf("a")).toEqual([1, null, null]);
  expect(history.valuesOf("b")).toEqual([null, 2, 3]);
  expect(history.valuesOf("c")).toEqual([null, null, null]);
});

test("names that are used no more are forgotten, so that members that come and go do not fill the memory", () => {
  const history = new History(2);
  for (let second = 0; second < 50; second += 1) history.add(second, measures({ [`lag ${second}`]: 1 }));
  expect(history.names).toEqual(["lag 48", "lag 49"]);
});

test("a summary has the present and the extremes, of what was measured", () => {
  expect(summaryOf([null, 4, 1, 9, 3])).toEqual({ now: 3, min: 1, max: 9 });
  expect(summaryOf([4, null])).toEqual({ now: undefined, min: 4, max: 4 });
  expect(summaryOf([null])).toBeUndefined();
});
