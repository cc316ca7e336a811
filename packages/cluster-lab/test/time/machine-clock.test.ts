import { Scheduler } from "@quorate/virtual-time";
import { describe, expect, test } from "vitest";
import { Life } from "../../src/time/life.ts";
import { MachineClock } from "../../src/time/machine-clock.ts";

class Bench {
  readonly scheduler = new Scheduler();
  readonly clock = new MachineClock(this.scheduler);
  readonly life = new Life(this.scheduler, 1, 1);
  readonly port = this.clock.portOf(this.life);
  readonly fired: number[] = [];

  after(delayMs: number): () => void {
    return this.port.after(delayMs, () => this.fired.push(Math.round(this.scheduler.nowMs)));
  }

  run(untilMs: number): void {
    while (this.scheduler.nextMs <= untilMs) this.scheduler.next()?.action();
    this.scheduler.advanceTo(untilMs);
  }
}

describe("a machine's clock", () => {
  test("runs at its rate, and timers with it, also those that were set before", () => {
    const bench = new Bench();
    bench.after(100);
    bench.run(50);
    bench.clock.rate = 0.5;
    bench.after(10);
    bench.run(300);
    expect(bench.fired).toEqual([70, 150]);
    expect(bench.clock.nowMs).toBe(50 + 125);
    expect(bench.clock.virtualMs(200)).toBe(350);
  });

  test("leaps ahead, never back, and what is due by then fires at once", () => {
    const bench = new Bench();
    bench.after(100);
    bench.after(300);
    bench.run(10);
    bench.clock.leap(150);
    bench.clock.leap(-50);
    expect(bench.port.now()).toBe(160);
    bench.run(11);
    expect(bench.fired).toEqual([10]);
    bench.run(1000);
    expect(bench.fired).toEqual([10, 150]);
  });

  test("a timer that is cancelled does not fire, nor one of a life that is over", () => {
    const bench = new Bench();
    const cancel = bench.after(10);
    bench.after(20);
    cancel();
    bench.run(15);
    bench.life.kill();
    bench.clock.forget(bench.life);
    bench.clock.rate = 2;
    bench.run(100);
    expect(bench.fired).toEqual([]);
  });
});

describe("a life that is paused", () => {
  test("finds everything when it goes on: what has arrived first, then the timers, each once", () => {
    const bench = new Bench();
    const { clock, life, scheduler } = bench;
    const seen: string[] = [];
    bench.port.after(10, () => seen.push("timer"));
    life.pause();
    life.post(20, "deliver", () => seen.push("message"));
    bench.run(30);
    // Its clock goes on, and may be changed.
    clock.rate = 3;
    bench.run(50);
    expect(seen).toEqual([]);
    life.resume();
    bench.run(50);
    expect(seen).toEqual(["message", "timer"]);
    expect(scheduler.nextMs).toBe(Infinity);
  });

  test("once dead, finds nothing", () => {
    const bench = new Bench();
    bench.life.pause();
    bench.after(10);
    bench.run(20);
    bench.life.kill();
    bench.life.resume();
    bench.run(30);
    expect(bench.fired).toEqual([]);
  });
});
