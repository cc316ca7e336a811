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
  const scene = await TraceScene.read(await traceOf(3n));
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
    const scene = await TraceScene.read(`${lines.join("\n")}\n`);
    expect(scene.ids).toEqual([...plan.configuration.nodes, ...plan.configuration.spares]);
    scene.show(scene.presentMs.peek());
    const leader = scene.view.peek().nodes.find(({ id }) => id === scene.leader);
    expect(leader?.membership.voters).toContain(leader?.id);
  }
}, 60_000);

test("what is no trace is refused in words", async () => {
  await expect(TraceScene.read("hello")).rejects.toThrow(TypeError);
  await expect(TraceScene.read("")).rejects.toThrow(TypeError);
  const huge = Object.defineProperty(new Blob([]), "size", { value: 50_000_001 });
  await expect(TraceScene.open(huge)).rejects.toThrow("the file has 50000001 bytes, and at most 50000000 can be drawn");
});

test("while a long one is read, the page has its turns", async () => {
  const text = await traceOf(3n);
  const lines = text.trimEnd().split("\n");
  const last = JSON.parse(lines.at(-1) ?? "{}") as object;
  const more = Array.from({ length: 30_000 }, () => JSON.stringify({ ...last, kind: "sunrise" }));
  let isRead = false;
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (!isRead) setTimeout(count);
  };
  setTimeout(count);
  await TraceScene.read([...lines, ...more].join("\n"));
  isRead = true;
  expect(turns).toBeGreaterThan(1);
});
