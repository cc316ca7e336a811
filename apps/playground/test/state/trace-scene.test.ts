import { drawPlan, simulate, traceHeader, traceLine } from "@quorate/simulator";
import { expect, test } from "vitest";
import { TraceScene } from "../../src/state/trace-scene.ts";

async function traceOf(seed: bigint): Promise<string> {
  const plan = drawPlan(seed, "calm", { durationMs: 400 });
  const lines = [traceHeader(plan)];
  await simulate(plan, { sink: (entry) => lines.push(traceLine(entry)) });
  return `${lines.join("\n")}\n`;
}

test("a trace file of the simulator plays, and is scrubbed like a cluster that runs", { timeout: 60_000 }, async () => {
  const scene = TraceScene.read(await traceOf(3n));
  expect(scene.presentMs.peek()).toBeGreaterThan(0);
  expect(scene.session()).toBeUndefined();
  const begunMs = scene.nowMs.peek();
  expect(scene.view.peek().nodes.map(({ condition }) => condition)).toEqual(scene.ids.map(() => "up"));
  expect(scene.view.peek().nodes.map(({ role }) => role)).not.toContain("leader");
  await scene.advance(50);
  expect(scene.nowMs.peek()).toBeCloseTo(begunMs + 50, 0);
  scene.show(scene.presentMs.peek());
  expect(scene.leader).toBeDefined();
  const { step } = scene;
  const last = step.peek();
  await scene.stepBack();
  expect(step.peek()).toBeLessThan(last);
  await scene.stepForward();
  expect(step.peek()).toBe(last);
  await scene.goTo(0);
  expect(scene.nowMs.peek()).toBe(0);
  expect(await scene.act()).toMatchObject({ key: "stopped" });
});

test("the trace that the simulator's README shows opens, and so does one in which members change", async () => {
  for (const plan of [drawPlan(1n, "calm"), drawPlan(19n, "swarm", { durationMs: 2000 })]) {
    const lines = [traceHeader(plan)];
    await simulate(plan, { sink: (entry) => lines.push(traceLine(entry)) });
    const scene = TraceScene.read(`${lines.join("\n")}\n`);
    expect(scene.ids).toEqual([...plan.configuration.nodes, ...plan.configuration.spares]);
    scene.show(scene.presentMs.peek());
    const leader = scene.view.peek().nodes.find(({ id }) => id === scene.leader);
    expect(leader?.membership.voters).toContain(leader?.id);
  }
}, 60_000);

test("what is no trace is refused in words", () => {
  expect(() => TraceScene.read("hello")).toThrow(TypeError);
  expect(() => TraceScene.read("")).toThrow(TypeError);
});
