import type { TimeMark } from "@quorate/drawing";
import { expect, test } from "vitest";
import { MarkList } from "../../src/watch/mark-list.ts";

const commit = (step: number): TimeMark => ({ atMs: step, kind: "commit", node: "n1", text: "", step });
const action = (step: number): TimeMark => ({ ...commit(step), kind: "crash", values: { action: "kill" } });

test("the same list until there is another mark", () => {
  const marks = new MarkList();
  const { all } = marks;
  expect(marks.all).toBe(all);
  marks.add(commit(1));
  expect(marks.all).toEqual([commit(1)]);
  expect(all).toEqual([]);
});

test("what came after a step never happened", () => {
  const marks = new MarkList();
  for (let step = 1; step <= 10; step += 1) marks.add(commit(step));
  marks.cut(7);
  expect(marks.all.at(-1)?.step).toBe(7);
});

test("of what came by itself a bounded number is kept, less of what is older; of what somebody did, everything", () => {
  const marks = new MarkList();
  for (let step = 1; step <= 100_000; step += 1) marks.add(step % 100 === 0 ? action(step) : commit(step));
  const { all } = marks;
  expect(all.length).toBeLessThanOrEqual(4_000);
  expect(all.filter(({ kind }) => kind === "crash")).toHaveLength(1_000);
  const steps = all.map(({ step = 0 }) => step);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  const countIn = (from: number, to: number): number => steps.filter((step) => step > from && step <= to).length;
  expect(countIn(99_000, 100_000)).toBe(1_000);
  expect(countIn(0, 1_000)).toBeGreaterThan(0);
  expect(countIn(0, 1_000)).toBeLessThan(100);
});

test("many commits cost no other marks their places", () => {
  const marks = new MarkList();
  for (let step = 1; step <= 20_000; step += 1)
    marks.add(step % 20 === 0 ? { ...commit(step), kind: "leader" } : commit(step));
  expect(marks.all.filter(({ kind }) => kind === "leader")).toHaveLength(1_000);
  marks.cut(0);
  expect(marks.all).toEqual([]);
  for (let step = 1; step <= 3_000; step += 1) marks.add(commit(step));
  expect(marks.all).toHaveLength(3_000);
});
