import { describe, expect, test } from "vitest";
import { createClock, systemClock, systemRandom } from "../src/index.ts";

describe.each([
  ["Node", globalThis],
  ["a browser", { MessageChannel }],
  ["a bare platform", {}],
] as const)("the clock on %s", (_, platform) => {
  const clock = createClock(platform);

  test("calls at the end of the turn, once and in order, never at once", async () => {
    const heard: string[] = [];
    await new Promise<void>((resolve) => {
      clock.endOfTurn(() => heard.push("first"));
      clock.endOfTurn(() => heard.push("second"));
      clock.endOfTurn(resolve);
      heard.push("now");
      queueMicrotask(() => heard.push("microtask"));
    });
    expect(heard).toEqual(["now", "microtask", "first", "second"]);
  });

  test("calls after a delay, never before it has passed", async () => {
    for (const delayMs of [0, 0.3, 2, 10.7]) {
      const fromMs = clock.now();
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
      expect(clock.now() - fromMs).toBeGreaterThanOrEqual(delayMs);
    }
  });

  test("a cancelled call never comes", async () => {
    const heard: string[] = [];
    const cancel = clock.after(1, () => heard.push("cancelled"));
    const cancelNow = clock.after(0, () => heard.push("cancelled at 0"));
    cancel();
    cancelNow();
    cancel();
    await new Promise<void>((resolve) => clock.after(3, resolve));
    expect(heard).toEqual([]);
  });
});

describe("the clock", () => {
  test("P54b: a timer that is overdue waits for what has already arrived", async () => {
    const heard: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock.after(1, () => {
        heard.push("timer");
        resolve();
      });
      setTimeout(() => heard.push("arrived"), 2);
      const untilMs = performance.now() + 20;
      while (performance.now() < untilMs);
    });
    expect(heard).toEqual(["arrived", "timer"]);
  });

  test("a delay beyond what the platform can count does not come at once", async () => {
    const heard: string[] = [];
    const cancel = systemClock.after(2 ** 40, () => heard.push("too early"));
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    cancel();
    expect(heard).toEqual([]);
  });

  test("time goes on and never back", () => {
    let lastMs = systemClock.now();
    for (let i = 0; i < 1_000; i += 1) {
      const nowMs = systemClock.now();
      expect(nowMs).toBeGreaterThanOrEqual(lastMs);
      lastMs = nowMs;
    }
  });
});

describe("the random source", () => {
  test("stays in [0, 1) and varies", () => {
    const drawn = Array.from({ length: 1_000 }, () => systemRandom.next());
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(990);
  });
});
