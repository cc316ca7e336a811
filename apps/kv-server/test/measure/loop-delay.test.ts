import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LoopDelay } from "../../src/measure/loop-delay.ts";

let nowMs: number;
let delay: LoopDelay;
beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 0;
  delay = new LoopDelay(() => nowMs);
  delay.begin();
});
afterEach(() => {
  delay.end();
  vi.useRealTimers();
});

/** The event loop turns for so long, and comes back to each timer so much too late. */
function pass(ms: number, lateMs = 0): void {
  for (const endMs = nowMs + ms; nowMs < endMs;) {
    nowMs += 20 + lateMs;
    vi.advanceTimersByTime(20);
  }
}

test("a stall is there for whoever asks and however often, and for some seconds", () => {
  pass(1000);
  expect(delay.report()).toEqual({ p99Ms: 0, maxMs: 0 });
  pass(400, 380);
  for (let report = 0; report < 16; report += 1) {
    expect(delay.report().maxMs).toBeCloseTo(380, -1);
    expect(delay.report().maxMs).toBeCloseTo(380, -1);
    pass(250);
  }
});

test("p99 is of what 99 in a hundred stay below, over all that time", () => {
  pass(1000);
  for (let second = 0; second < 4; second += 1) {
    pass(1000);
    pass(50, 30);
  }
  expect(delay.report().p99Ms).toBeCloseTo(30, 0);
  pass(4000);
  pass(250, 230);
  expect(delay.report().p99Ms).toBeLessThan(40);
});

test("it is forgotten after ten seconds, and when nobody has listened", () => {
  pass(400, 380);
  pass(10_100);
  expect(delay.report()).toEqual({ p99Ms: 0, maxMs: 0 });
  pass(400, 380);
  delay.begin();
  expect(delay.report()).toEqual({ p99Ms: 0, maxMs: 0 });
});
