import { expect, test } from "vitest";
import { drawPlan, shrink, simulate } from "../src/index.ts";
import { resolvesTooEarly } from "./planted/bugs.ts";

test("a failing plan shrinks to few faults and still fails in the same way, also when it is played from JSON", async () => {
  const plan = drawPlan(1n, "disk");
  const failed = await simulate(plan, { hooks: resolvesTooEarly });
  const invariant = failed.violation?.invariant;
  expect(invariant).toMatch(/^I(?:9|18)$/);
  const shrunk = await shrink(failed, { hooks: resolvesTooEarly, runsMax: 80 });
  expect(shrunk.plan.faults.length).toBeLessThanOrEqual(Math.min(3, plan.faults.length - 1));
  expect(shrunk.runs).toBeLessThanOrEqual(80);
  const again = await simulate(JSON.parse(JSON.stringify(shrunk.plan)), { hooks: resolvesTooEarly });
  expect(again.violation?.invariant).toBe(invariant);
  expect(again.digest).toBe(shrunk.outcome.digest);
});

test("an outcome that is no failure is refused", async () => {
  const outcome = await simulate(drawPlan(1n, "calm", { durationMs: 100 }));
  await expect(shrink(outcome)).rejects.toThrow(TypeError);
});
