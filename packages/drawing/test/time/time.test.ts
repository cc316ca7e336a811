import { describe, expect, test } from "vitest";
import { bandsOf, neighbour, sparse } from "../../src/time/bands.ts";
import { labelTimes, timeAt, timeScale, xOf } from "../../src/time/scale.ts";
import { commitPath } from "../../src/time/time-marks.tsx";
import type { MarkKind, TimeMark } from "../../src/view/time-mark.ts";

const mark = (atMs: number, kind: MarkKind, node?: string, term?: number): TimeMark => ({
  atMs,
  kind,
  node,
  term,
  text: "",
});

describe("timeScale", () => {
  test("has room for the history and changes only when it is outgrown", () => {
    const ends = [0, 2_000, 2_001, 5_001, 10_001, 50_001, 123_456].map((presentMs) => timeScale(presentMs, 100).endMs);
    expect(ends).toEqual([2_000, 2_000, 5_000, 10_000, 20_000, 100_000, 200_000]);
  });

  test("there and back is the same moment", () => {
    const scale = timeScale(3_000, 640);
    expect(timeAt(scale, xOf(scale, 1_234))).toBeCloseTo(1_234);
  });

  test.each([200, 640, 1200])("labels do not touch on %i pixels", (width) => {
    const scale = timeScale(200_000, width);
    const [first = 0, second = 0] = labelTimes(scale);
    expect(xOf(scale, second) - xOf(scale, first)).toBeGreaterThan(60);
  });
});

describe("bandsOf", () => {
  test("a lead lasts until the next one or until its leader crashes", () => {
    const marks = [
      mark(100, "election", "n1", 1),
      mark(120, "leader", "n1", 1),
      mark(300, "crash", "n2"),
      mark(400, "crash", "n1"),
      mark(600, "leader", "n3", 2),
      mark(800, "leader", "n2", 3),
    ];
    expect(bandsOf(marks, 1_000)).toEqual([
      { fromMs: 120, toMs: 400, leader: "n1", term: 1 },
      { fromMs: 600, toMs: 800, leader: "n3", term: 2 },
      { fromMs: 800, toMs: 1_000, leader: "n2", term: 3 },
    ]);
  });
});

describe("marks", () => {
  const marks = [mark(0, "election"), mark(1, "election"), mark(2, "crash"), mark(9, "election"), mark(10, "commit")];

  test("those of one kind that lie upon one another are drawn once", () => {
    expect(sparse(marks, (atMs) => atMs, 5).map(({ kind, atMs }) => `${kind}${atMs}`)).toEqual([
      "election0",
      "crash2",
      "election9",
      "commit10",
    ]);
  });

  test("the next and the last one are found, commits passed over", () => {
    expect(neighbour(marks, 2, 1)?.atMs).toBe(9);
    expect(neighbour(marks, 9, 1)).toBeUndefined();
    expect(neighbour(marks, 2, -1)?.atMs).toBe(1);
  });

  test("commits are one path with at most a tick every other pixel", () => {
    const many = Array.from({ length: 1_000 }, (_, position) => mark(position, "commit"));
    const ticks = commitPath(many, { endMs: 1_000, width: 100 }).split("M").length - 1;
    expect(ticks).toBeGreaterThan(40);
    expect(ticks).toBeLessThanOrEqual(51);
  });
});
