import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { drawPlan } from "../../src/plan/draw-plan.ts";
import { kinds } from "../../src/plan/fault.ts";
import { readPlan } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/plan.ts";

const choices = { seed: 7n, nodes: 5, seconds: 60, kinds };

describe("a plan", () => {
  test("is the same for the same seed, and another for another one", () => {
    expect(drawPlan(choices)).toEqual(drawPlan(choices));
    expect(drawPlan({ ...choices, seed: 8n }).faults).not.toEqual(drawPlan(choices).faults);
  });

  test.each(Array.from({ length: 20 }, (_, i) => i))("of seed %i has every kind, in order and in time", (seed) => {
    for (const seconds of [5, 15, 60]) {
      const { faults } = drawPlan({ ...choices, seed: BigInt(seed), seconds });
      expect(new Set(faults.map((fault) => fault.type))).toEqual(new Set(kinds));
      const times = faults.map((fault) => fault.atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(seconds * 1000);
    }
  });

  test("names nodes that exist, none twice in a fault, and full disks only where disks are small", () => {
    for (let seed = 0n; seed < 50n; seed++) {
      const { faults, smallDisks, nodes } = drawPlan({ ...choices, seed, nodes: 3 });
      expect(smallDisks).toHaveLength(Math.ceil(nodes / 2));
      for (const { type, targets } of faults) {
        const named = targets.map((target) => target.node);
        expect(new Set(named).size).toBe(named.length);
        for (const id of named) expect(type === "diskfull" ? smallDisks : ["n1", "n2", "n3"]).toContain(id);
      }
    }
  });

  test("prefers the leader at times, overlaps its faults, and cuts off a part, never all", () => {
    const faults = Array.from({ length: 20 }, (_, seed) => drawPlan({ ...choices, seed: BigInt(seed) }).faults).flat();
    const preferring = faults.filter(({ targets }) => targets.some((target) => target.preferred === "leader"));
    expect(preferring.length / faults.length).toBeGreaterThan(0.3);
    expect(preferring.length / faults.length).toBeLessThan(0.8);
    const overlapping = faults.filter((fault, i) => {
      const next = faults[i + 1];
      return next !== undefined && next.atMs > fault.atMs && next.atMs < fault.atMs + fault.forMs;
    });
    expect(overlapping.length).toBeGreaterThan(faults.length / 4);
    const cuts = faults.filter(({ type }) => type === "partition" || type === "oneway");
    expect(Math.max(...cuts.map(({ targets }) => targets.length))).toBeLessThan(choices.nodes);
  });

  test("keeps apart, on a single node, what only one tracer can do", () => {
    for (let seed = 0n; seed < 200n; seed++) {
      for (const seconds of [5, 60, 600]) {
        const { faults } = drawPlan({ ...choices, seed, nodes: 1, seconds });
        const traced = faults.filter(({ type }) => type === "slowdisk" || type === "fsync");
        expect(new Set(traced.map(({ type }) => type)).size).toBe(2);
        for (const [i, { atMs, forMs }] of traced.entries()) {
          expect(forMs).toBeGreaterThanOrEqual(900);
          expect(atMs + forMs).toBeLessThan(traced[i + 1]?.atMs ?? Infinity);
          expect(atMs).toBeLessThanOrEqual(seconds * 1000 - 1000);
        }
      }
    }
  });

  test("is secure or not, by its seed or as it was asked to, and its faults are the same", () => {
    const drawn = new Set(
      Array.from({ length: 20 }, (_, seed) => drawPlan({ ...choices, seed: BigInt(seed) }).isSecure),
    );
    expect(drawn).toEqual(new Set([true, false]));
    const [secure, plain] = [true, false].map((isSecure) => drawPlan({ ...choices, isSecure }));
    expect([secure?.isSecure, plain?.isSecure]).toEqual([true, false]);
    expect(secure?.faults).toEqual(plain?.faults);
  });

  test("draws a kind the same whichever others there are", () => {
    const ofKill = (plan: Plan): unknown => plan.faults.filter((fault) => fault.type === "kill");
    expect(ofKill(drawPlan({ ...choices, kinds: ["kill"] }))).toEqual(ofKill(drawPlan(choices)));
  });

  test("that was kept is read again, and what is none is refused with the field's name", async () => {
    const directory = await mkdtemp(join(tmpdir(), "quorate-plan-"));
    try {
      const file = join(directory, "plan.json");
      const plan = drawPlan(choices);
      await writeFile(file, JSON.stringify(plan));
      expect(readPlan(file)).toEqual(plan);
      await writeFile(file, JSON.stringify({ ...plan, isSecure: undefined }));
      expect(readPlan(file)).toEqual({ ...plan, isSecure: false });
      await writeFile(file, JSON.stringify({ ...plan, faults: [{ ...plan.faults[0], forMs: "long" }] }));
      expect(() => readPlan(file)).toThrow(/plan\.json is no plan: faults\.0\.forMs/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
