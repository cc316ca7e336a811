import { expect, test } from "vitest";
import { timerArcs } from "../../src/ring/timer-arcs.ts";
import { nodeOf, viewOf } from "../support/views.ts";

const points = new Map(["n1", "n2", "n3"].map((id, position) => [id, { x: position, y: 0 }]));
const leftAt = (nowMs: number, changes: Parameters<typeof nodeOf>[1] = {}): readonly number[] =>
  timerArcs(viewOf({ nowMs, nodes: [nodeOf("n1", changes)] }), points).map(({ left }) => left);

test("a timer's arc shrinks as time goes on, and is gone when it has run out", () => {
  expect([0, 50, 150].map((nowMs) => leftAt(nowMs))).toEqual([[1], [0.75], [0.25]]);
  expect(leftAt(200)).toEqual([]);
});

test("a timer that is heard of only now and then stands as it was seen", () => {
  const election = { startMs: 0, deadlineMs: 200, seenMs: 50 };
  expect([60, 150, 500].map((nowMs) => leftAt(nowMs, { election }))).toEqual([[0.75], [0.75], [0.75]]);
});

test("who waits for no election timeout has no arc", () => {
  expect(leftAt(50, { election: undefined })).toEqual([]);
  expect(leftAt(50, { condition: "down" })).toEqual([]);
  expect(leftAt(50, { condition: "paused" })).toEqual([]);
});

test("each arc is around its node", () => {
  expect(timerArcs(viewOf(), points).map(({ point }) => point.x)).toEqual([0, 1, 2]);
});
