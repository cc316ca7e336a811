import type { Effect, Input } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Driver } from "../src/driver.ts";
import { VirtualClock } from "./support/virtual-clock.ts";

/** A core that notes what it is stepped with. */
class ScriptedCore {
  readonly steps: { readonly types: readonly string[]; readonly nowMs: number }[] = [];
  deadlineMs = Infinity;
  onStep: (inputs: readonly Input[]) => readonly Effect[] = () => [];

  step(inputs: readonly Input[], nowMs: number): readonly Effect[] {
    this.steps.push({ types: inputs.map((input) => input.type), nowMs });
    return this.onStep(inputs);
  }
}

interface Rig {
  readonly clock: VirtualClock;
  readonly core: ScriptedCore;
  readonly driver: Driver;
  readonly failures: unknown[];
  readonly performed: (readonly Effect[])[];
  readonly asked: Input[];
}

function rig(inboxBytesMax = 10_000): Rig {
  const clock = new VirtualClock();
  const core = new ScriptedCore();
  const failures: unknown[] = [];
  const performed: (readonly Effect[])[] = [];
  const asked: Input[] = [];
  const driver = new Driver({
    core,
    clock,
    inboxBytesMax,
    gather: (inputs) => inputs.push(...asked.splice(0)),
    perform: (effects) => performed.push(effects),
    fail: (error) => failures.push(error),
  });
  return { clock, core, driver, failures, performed, asked };
}

const heartbeat = { type: "heartbeat", term: 1, round: 1, commitIndex: 0 } as const;
const propose = { type: "propose", id: 1, commands: [] } as const;

function chunk(bytes: number): Parameters<Driver["receive"]>[1] {
  const membership = { voters: [], outgoing: [], learners: [], addresses: {} };
  const snapshot = { index: 1, term: 1, membership, sizeBytes: bytes, checksum: 0 };
  return { type: "install-snapshot", term: 1, snapshot, offsetBytes: 0, data: new Uint8Array(bytes) };
}

describe("the driver", () => {
  test("steps what arrived in a turn at once, what callers asked for last", async () => {
    const { clock, core, driver, asked } = rig();
    driver.receive("n2", heartbeat);
    asked.push(propose);
    driver.wake();
    driver.put({ type: "saved", seq: 1 });
    expect(core.steps).toEqual([]);
    await clock.settle();
    expect(core.steps.map((step) => step.types)).toEqual([["message", "saved", "propose"]]);
  });

  test("P54a: what an effect brings about is stepped in a turn of its own", async () => {
    const { clock, core, driver } = rig();
    let depth = 0;
    core.onStep = (inputs) => {
      depth += 1;
      expect(depth).toBe(1);
      if (inputs[0]?.type === "saved") driver.put({ type: "applied", index: 1 });
      depth -= 1;
      return [];
    };
    driver.put({ type: "saved", seq: 1 });
    await clock.settle();
    expect(core.steps.map((step) => step.types)).toEqual([["saved"], ["applied"]]);
  });

  test("P54b: one step takes the inbox first and the tick last", async () => {
    const { clock, core, driver } = rig();
    core.deadlineMs = clock.now() + 100;
    core.onStep = () => {
      core.deadlineMs = Infinity;
      return [];
    };
    clock.after(100, () => driver.receive("n2", heartbeat));
    driver.start();
    await clock.run(100);
    expect(core.steps.map((step) => step.types)).toEqual([["message", "tick"]]);
  });

  test("sets one timer, and a deadline that moved back costs no tick", async () => {
    const { clock, core, driver } = rig();
    core.deadlineMs = clock.now() + 100;
    driver.start();
    core.deadlineMs += 100;
    driver.put({ type: "saved", seq: 1 });
    await clock.run(150);
    expect(core.steps.map((step) => step.types)).toEqual([["saved"]]);
    expect(clock.timers).toBe(1);
    const dueMs = core.deadlineMs;
    core.onStep = () => {
      core.deadlineMs = Infinity;
      return [];
    };
    await clock.run(100);
    expect(core.steps[1]).toEqual({ types: ["tick"], nowMs: dueMs });
    expect(clock.timers).toBe(0);
  });

  test("a deadline that moved forward is met", async () => {
    const { clock, core, driver } = rig();
    core.deadlineMs = clock.now() + 1_000;
    driver.start();
    const nearMs = clock.now() + 10;
    core.onStep = (inputs) => {
      core.deadlineMs = inputs.at(-1)?.type === "tick" ? Infinity : nearMs;
      return [];
    };
    driver.put({ type: "saved", seq: 1 });
    await clock.run(20);
    expect(core.steps.map((step) => step.nowMs)).toEqual([nearMs - 10, nearMs]);
    expect(clock.timers).toBe(0);
  });

  test("drops messages over the inbox's bound, and takes them again in the next turn", async () => {
    const { clock, core, driver } = rig(1_000);
    expect(driver.receive("n2", chunk(5_000))).toBe(true);
    expect(driver.receive("n2", heartbeat)).toBe(false);
    expect(driver.admit(1)).toBe(false);
    driver.put({ type: "saved", seq: 1 });
    await clock.settle();
    expect(core.steps.map((step) => step.types)).toEqual([["message", "saved"]]);
    expect(driver.receive("n2", heartbeat)).toBe(true);
  });

  test("an unreachable peer is told once per turn", async () => {
    const { clock, core, driver } = rig();
    for (let i = 0; i < 100; i += 1) driver.unreachable("n2");
    driver.unreachable("n3");
    await clock.settle();
    driver.unreachable("n2");
    await clock.settle();
    expect(core.steps.map((step) => step.types.length)).toEqual([2, 1]);
  });

  test("a core that throws is told, and not stepped again once stopped", async () => {
    const { clock, core, driver, failures, performed } = rig();
    const bug = new Error("bug");
    core.onStep = () => {
      throw bug;
    };
    driver.put({ type: "saved", seq: 1 });
    await clock.settle();
    expect(failures).toEqual([bug]);
    expect(performed).toEqual([]);
    driver.stop();
    driver.put({ type: "saved", seq: 2 });
    await clock.run(1_000);
    expect(core.steps).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });
});
