import { describe, expect, test } from "vitest";
import { flightAt, flightPositions } from "../../src/ring/flight-position.ts";
import { flightOf } from "../support/views.ts";

const points = new Map([
  ["n1", { x: 0, y: 0 }],
  ["n2", { x: 400, y: 0 }],
]);

const positionAt = (nowMs: number, fate: "arrives" | "lost" | "cut" = "arrives") =>
  flightPositions([flightOf({ fate, sentMs: 10, dueMs: 20 })], points, nowMs)[0];

describe("flightPositions", () => {
  test("a message moves from one node to the other, and is seen only while it is on its way", () => {
    expect(positionAt(9)).toBeUndefined();
    expect(positionAt(15)?.point.x).toBeCloseTo(200);
    expect(positionAt(15)?.strength).toBe(1);
    expect(positionAt(12)?.point.x).toBeLessThan(positionAt(18)?.point.x ?? 0);
    expect(positionAt(21)).toBeUndefined();
  });

  test("one that is lost fades on the way", () => {
    expect(positionAt(13, "lost")?.strength).toBe(1);
    expect(positionAt(16, "lost")?.strength).toBeCloseTo(0.5);
    expect(positionAt(18, "lost")).toBeUndefined();
  });

  test("one that meets a cut gets no further than the middle", () => {
    expect(positionAt(16, "cut")?.point.x).toBeCloseTo(200);
    expect(positionAt(18, "cut")).toBeUndefined();
  });

  test("one to a node that is not drawn is not drawn", () => {
    expect(flightPositions([flightOf({ to: "n9" })], points, 5)).toEqual([]);
  });
});

describe("flightAt", () => {
  const near = flightOf({ id: 1, sentMs: 0, dueMs: 10 });
  const far = flightOf({ id: 2, sentMs: 2, dueMs: 12 });
  const positions = flightPositions([near, far], points, 6);

  test("is the nearest within reach", () => {
    const [first, second] = positions;
    expect(flightAt(positions, first?.point ?? { x: 0, y: 0 }, 16)?.flight).toBe(near);
    expect(flightAt(positions, second?.point ?? { x: 0, y: 0 }, 16)?.flight).toBe(far);
  });

  test("is none where none is within reach", () => {
    expect(flightAt(positions, { x: 0, y: 300 }, 16)).toBeUndefined();
  });
});
