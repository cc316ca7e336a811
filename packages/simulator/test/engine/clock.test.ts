import { describe, expect, test } from "vitest";
import { Scheduler, streamsOf } from "@quorate/virtual-time";
import { SimulatedClock } from "../../src/engine/clock.ts";
import { Incarnation } from "../../src/process/incarnation.ts";

function setup(traits: { rate?: number; lateMsMax?: number } = {}) {
  const scheduler = new Scheduler();
  const incarnation = new Incarnation(scheduler, 1, 1);
  const clock = new SimulatedClock(
    scheduler,
    incarnation,
    { rate: 1, offsetMs: 500, lateMsMax: 0, turnMsMax: 0, ...traits },
    streamsOf(1n)("clock"),
  );
  const runUntil = (atMs: number): void => {
    scheduler.after(atMs - scheduler.nowMs, "check", 0, () => undefined);
    for (let event = scheduler.next(); event !== undefined; event = scheduler.next()) {
      event.action();
      if (event.kind === "check") return;
    }
  };
  return { scheduler, incarnation, clock, runUntil };
}

describe("SimulatedClock", () => {
  test("a timer fires when the node's own clock has gone so far, not before", () => {
    const { clock, runUntil, scheduler } = setup({ rate: 0.5 });
    const startMs = clock.now();
    let firedMs = 0;
    clock.after(100, () => {
      firedMs = clock.now();
    });
    runUntil(1000);
    expect(firedMs - startMs).toBeGreaterThanOrEqual(100);
    expect(firedMs - startMs).toBeCloseTo(100);
    expect(scheduler.nowMs).toBe(1000);
  });

  test("a cancelled timer never fires, not even one that waits out a pause", () => {
    const { clock, incarnation, runUntil } = setup();
    const cancel = clock.after(10, () => expect.unreachable());
    incarnation.pause(100);
    runUntil(50);
    cancel();
    runUntil(200);
  });

  test("P54: after a pause everything arrives at once, timers last", () => {
    const { clock, incarnation, runUntil, scheduler } = setup();
    const seen: string[] = [];
    clock.after(10, () => seen.push(`timer at ${scheduler.nowMs}`));
    incarnation.pause(100);
    incarnation.post(50, "deliver", () => seen.push(`message at ${scheduler.nowMs}`));
    runUntil(99);
    expect(seen).toEqual([]);
    runUntil(101);
    expect(seen).toEqual(["message at 100", "timer at 100"]);
  });

  test("nothing reaches a life that is over", () => {
    const { clock, incarnation, runUntil } = setup();
    clock.after(10, () => expect.unreachable());
    clock.endOfTurn(() => expect.unreachable());
    incarnation.kill();
    runUntil(100);
  });
});
