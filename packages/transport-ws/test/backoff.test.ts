import { describe, expect, test } from "vitest";
import { Backoff } from "../src/backoff.ts";

const waits = (backoff: Backoff, count: number): number[] => Array.from({ length: count }, () => backoff.next());

describe("Backoff", () => {
  test("the ceiling doubles up to the longest wait, and starts over after a reset", () => {
    const backoff = new Backoff({ random: { next: () => 0.999_999 }, minMs: 20, maxMs: 2000 });
    const rounded = waits(backoff, 9).map(Math.round);
    expect(rounded).toEqual([40, 80, 160, 320, 640, 1280, 2000, 2000, 2000]);
    backoff.reset();
    expect(Math.round(backoff.next())).toBe(40);
  });

  test("T11: full jitter, but never a tight loop", () => {
    const draws = [0, 0.5, 0, 0.25];
    const backoff = new Backoff({ random: { next: () => draws.shift() ?? 0 }, minMs: 20, maxMs: 2000 });
    expect(waits(backoff, 4)).toEqual([20, 50, 20, 95]);
  });
});
