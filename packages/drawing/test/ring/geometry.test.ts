import { describe, expect, test } from "vitest";
import {
  distance,
  laneBetween,
  linkNear,
  linksCrossed,
  linksOf,
  nodePoint,
  pointAlong,
  progressBetween,
  segmentsCross,
  timerLeft,
  timerRadius,
} from "../../src/ring/geometry.ts";

const at = (x: number, y: number) => ({ x, y });

describe("nodePoint", () => {
  test.each([1, 3, 5, 7])("of %i nodes the first is on top, and all are as far from their neighbours", (count) => {
    const points = Array.from({ length: count }, (_, position) => nodePoint(position, count));
    expect(Math.min(...points.map(({ y }) => y))).toBeCloseTo(points[0]?.y ?? 0);
    const distances = points.map((point, position) => distance(point, nodePoint((position + 1) % count, count)));
    expect(Math.max(...distances) - Math.min(...distances)).toBeCloseTo(0);
  });

  test("seven nodes with their timers do not touch", () => {
    expect(distance(nodePoint(0, 7), nodePoint(1, 7))).toBeGreaterThan(3 * timerRadius);
  });

  test("the second of four is to the right of the first: clockwise", () => {
    expect(nodePoint(1, 4).x).toBeGreaterThan(nodePoint(0, 4).x);
  });
});

describe("laneBetween", () => {
  test("there and back are two lanes beside one another", () => {
    const [there, back] = [laneBetween(at(0, 0), at(300, 0)), laneBetween(at(300, 0), at(0, 0))];
    expect(there.start.y).toBeGreaterThan(0);
    expect(back.start.y).toBe(-there.start.y);
    expect(pointAlong(there, 0.5).x).toBeCloseTo(150);
  });

  test("begins and ends outside of the nodes", () => {
    const { start, end } = laneBetween(at(0, 0), at(300, 0));
    expect(start.x).toBeGreaterThan(timerRadius);
    expect(end.x).toBeLessThan(300 - timerRadius);
  });
});

describe("segmentsCross", () => {
  const level = { start: at(0, 0), end: at(10, 0) };
  test.each([
    ["a cross", { start: at(5, -5), end: at(5, 5) }, true],
    ["one that ends before", { start: at(5, 5), end: at(5, 1) }, false],
    ["one that passes by", { start: at(11, -5), end: at(11, 5) }, false],
    ["a parallel", { start: at(0, 1), end: at(10, 1) }, false],
    ["the same line", { start: at(2, 0), end: at(8, 0) }, false],
    ["one that touches", { start: at(5, 0), end: at(5, 5) }, true],
  ])("%s", (_, other, crosses) => {
    expect(segmentsCross(level, other)).toBe(crosses);
    expect(segmentsCross(other, level)).toBe(crosses);
  });
});

describe("links", () => {
  test("there is one between every two nodes", () => {
    expect(linksOf(["a", "b", "c"])).toEqual([
      { a: "a", b: "b" },
      { a: "a", b: "c" },
      { a: "b", b: "c" },
    ]);
    expect(linksOf(["a", "b", "c", "d", "e", "f", "g"])).toHaveLength(21);
  });

  test("a line below the first node cuts it off from all others, and nothing else", () => {
    const top = nodePoint(0, 5);
    const line = { start: at(top.x - 200, top.y + 60), end: at(top.x + 200, top.y + 60) };
    const crossed = linksCrossed(line, ["n1", "n2", "n3", "n4", "n5"]);
    expect(crossed.map(({ a, b }) => `${a}${b}`)).toEqual(["n1n2", "n1n3", "n1n4", "n1n5"]);
  });
});

describe("linkNear", () => {
  const ids = ["n1", "n2", "n3", "n4"];
  const middle = (a: number, b: number) => pointAlong({ start: nodePoint(a, 4), end: nodePoint(b, 4) }, 0.3);

  test("is the link that the point is on, or beside", () => {
    expect(linkNear(middle(0, 1), ids, 12)).toEqual({ a: "n1", b: "n2" });
    const { x, y } = middle(1, 3);
    expect(linkNear({ x, y: y + 10 }, ids, 12)).toEqual({ a: "n2", b: "n4" });
  });

  test("is none where none is near", () => {
    expect(linkNear({ x: 5, y: 5 }, ids, 12)).toBeUndefined();
  });
});

describe("timers", () => {
  test("an arc is whole at the start, gone at the deadline, and stays gone", () => {
    const election = { startMs: 100, deadlineMs: 300 };
    expect([50, 100, 200, 300, 400].map((nowMs) => timerLeft(election, nowMs))).toEqual([1, 1, 0.5, 0, 0]);
  });

  test("what takes no time is over when it begins", () => {
    expect(progressBetween(5, 5, 5)).toBe(1);
    expect(progressBetween(5, 5, 4)).toBe(0);
  });
});
