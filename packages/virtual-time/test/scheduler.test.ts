import { describe, expect, test } from "vitest";
import { Dice } from "../src/dice.ts";
import { Scheduler } from "../src/scheduler.ts";
import { streamsOf } from "../src/seed.ts";

function drain(scheduler: Scheduler): void {
  for (let event = scheduler.next(); event !== undefined; event = scheduler.next()) event.action();
}

describe("Scheduler", () => {
  test("events come in the order of their time, and of their making where that is the same", () => {
    const scheduler = new Scheduler();
    const dice = new Dice(streamsOf(1n)("test"));
    const seen: { atMs: number; made: number }[] = [];
    for (let made = 0; made < 500; made += 1) {
      scheduler.after(dice.below(20), "check", 0, () => seen.push({ atMs: scheduler.nowMs, made }));
    }
    drain(scheduler);
    expect(seen).toEqual(seen.toSorted((a, b) => a.atMs - b.atMs || a.made - b.made));
    expect(seen).toHaveLength(500);
  });

  test("what is made while an event is performed comes after what was there at that time", () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    scheduler.after(1, "check", 0, () => {
      seen.push("first");
      scheduler.after(0, "check", 0, () => seen.push("made by the first"));
    });
    scheduler.after(1, "check", 0, () => seen.push("second"));
    drain(scheduler);
    expect(seen).toEqual(["first", "second", "made by the first"]);
  });

  test("a cancelled event does not come, and does not move time", () => {
    const scheduler = new Scheduler();
    scheduler.after(5, "check", 0, () => expect.unreachable()).cancelled = true;
    drain(scheduler);
    expect(scheduler.nowMs).toBe(0);
  });

  test("says when the next event comes, whatever was cancelled before it", () => {
    const scheduler = new Scheduler();
    expect(scheduler.nextMs).toBe(Infinity);
    scheduler.after(5, "check", 0, () => undefined).cancelled = true;
    scheduler.after(7, "check", 0, () => undefined);
    expect(scheduler.nextMs).toBe(7);
    expect(scheduler.nowMs).toBe(0);
    expect(scheduler.next()?.atMs).toBe(7);
    expect(scheduler.nextMs).toBe(Infinity);
  });

  test("time passes between events, never back and never over one", () => {
    const scheduler = new Scheduler();
    scheduler.after(10, "check", 0, () => undefined);
    scheduler.advanceTo(4);
    scheduler.after(2, "check", 0, () => undefined);
    expect(scheduler.nextMs).toBe(6);
    expect(() => scheduler.advanceTo(3)).toThrow(/atMs is 3/);
    expect(() => scheduler.advanceTo(6.1)).toThrow(/from 4 to 6/);
    scheduler.advanceTo(6);
    expect(scheduler.next()?.atMs).toBe(6);
  });
});
