import { forgottenVote, playScript } from "@quorate/cluster-lab/scripts";
import { describe, expect, test } from "vitest";
import { leaderIn } from "../../src/state/leader-in.ts";
import { act, makeMoves } from "../../src/state/moves.ts";
import { World } from "../../src/state/world.ts";

const open = () => World.open({ seed: "1", nodes: 3 });
/** Until this moment. */
const runTo = (world: World, atMs: number): Promise<void> => world.advance(atMs - world.nowMs.peek());

describe("World", () => {
  test("shows the lab's moment, and what has happened up to there", async () => {
    const world = await open();
    expect(world.view.peek().nodes.map(({ role }) => role)).toEqual(["follower", "follower", "follower"]);
    await runTo(world, 1_000);
    expect(world.nowMs.peek()).toBe(1_000);
    expect(leaderIn(world.view.peek())?.id).toBe(world.leader);
    expect(world.marks.peek().map(({ kind }) => kind)).toContain("leader");
  });

  test("the marks are the same list until there is another one", async () => {
    const world = await open();
    await world.advance(1_000);
    const marks = world.marks.peek();
    await world.advance(1);
    expect(world.marks.peek()).toBe(marks);
    await world.act({ type: "kill", node: "n1" });
    expect(world.marks.peek()).not.toBe(marks);
  });

  test("one step forth and one back is the same moment", async () => {
    const world = await open();
    await world.advance(700);
    await world.stepForward();
    const { step, view } = world;
    const [before, then] = [step.peek(), view.peek()];
    await world.stepForward();
    expect(step.peek()).toBe(before + 1);
    await world.stepBack();
    expect(step.peek()).toBe(before);
    expect(view.peek()).toEqual(then);
  });

  test("scrubbing shows a moment at once; the lab follows when it is asked to", async () => {
    const world = await open();
    await runTo(world, 1_500);
    world.show(800);
    expect(world.nowMs.peek()).toBe(800);
    expect(world.isPast.peek()).toBe(true);
    expect(world.lab.nowMs).toBe(1_500);
    await world.arrive();
    expect(world.lab.nowMs).toBe(800);
    expect(world.presentMs.peek()).toBe(1_500);
  });

  test("whatever part of a microsecond was asked for, the lab gets there, and goes on from there", async () => {
    const world = await open();
    await runTo(world, 1_500);
    const { step: end, marks } = world;
    const [endStep, endMarks] = [end.peek(), marks.peek()];
    for (let at = 0; at < 200; at++) {
      // Anywhere, as a pointer finds it: forth and back, with all the digits that a division leaves.
      const atMs = ((at * 7919) % 1499) + 1 / (at + 3);
      world.show(atMs);
      await world.arrive();
      expect(Math.abs(world.nowMs.peek() - atMs)).toBeLessThanOrEqual(0.0005);
      expect(world.nowMs.peek()).toBe(world.lab.nowMs);
      expect(world.step.peek()).toBe(world.lab.step);
      expect(world.step.peek()).toBeLessThanOrEqual(endStep);
    }
    await world.stepForward();
    await world.advance(1_500 - world.nowMs.peek());
    expect(world.step.peek()).toBe(endStep);
    expect(world.marks.peek()).toEqual(endMarks);
  });

  test("right at an event, wherever it falls, it has happened", async () => {
    const world = await open();
    await runTo(world, 1_500);
    const times = world.marks.peek().map(({ atMs }) => atMs);
    expect(times.some((atMs) => !Number.isInteger(atMs * 1000))).toBe(true);
    for (const atMs of times) {
      world.show(atMs);
      await world.arrive();
      expect(world.lab.last?.atMs).toBe(atMs);
    }
  });

  test("what is not known, or no time at all, is not gone to", async () => {
    const world = await open();
    await runTo(world, 500);
    world.show(10_000);
    await world.arrive();
    expect(world.nowMs.peek()).toBe(500);
    world.show(-1);
    await world.arrive();
    expect(world.nowMs.peek()).toBe(0);
    world.show(Number.NaN);
    await world.arrive();
    expect(world.nowMs.peek()).toBe(0);
    expect(world.presentMs.peek()).toBe(500);
  });

  test("where an invariant is broken, back and as far as it went", async () => {
    const world = await World.open({ nodes: forgottenVote.nodes, options: forgottenVote.options });
    await playScript(world.lab, forgottenVote);
    world.refresh();
    const endMs = world.presentMs.peek();
    for (const atMs of [endMs / 3, 1e9, endMs]) {
      world.show(atMs);
      await world.arrive();
    }
    expect(world.nowMs.peek()).toBe(endMs);
    expect(world.violation.peek()?.invariant).toBe(forgottenVote.breaks);
  });

  test("time goes on from the moment that is shown, through the same history", async () => {
    const world = await open();
    await runTo(world, 1_500);
    const present = world.view.peek();
    world.show(400);
    await world.advance(1_100);
    expect(world.view.peek()).toEqual(present);
    expect(world.isPast.peek()).toBe(false);
  });

  test("an action in the past takes another way: what came later is forgotten", async () => {
    const world = await open();
    await world.advance(1_500);
    world.show(800);
    expect(await world.act({ type: "kill", node: "n2" })).toBeUndefined();
    expect(world.presentMs.peek()).toBe(800);
    expect(world.marks.peek().every(({ atMs }) => atMs <= 800)).toBe(true);
    expect(world.revision.peek()).toBe(1);
  });

  test("a refused action says why and changes nothing", async () => {
    const world = await open();
    expect(await world.act({ type: "restart", node: "n1" })).toMatchObject({ key: "runs-already", node: "n1" });
    expect(world.revision.peek()).toBe(0);
  });

  test("whoever waits for something has a turn at the very step", async () => {
    const world = await open();
    let leaderMs: number | undefined;
    const waiting = world
      .when((view) => leaderIn(view) !== undefined)
      .then(() => {
        leaderMs = world.lab.nowMs;
        return world.act({ type: "kill", node: leaderIn(world.view.peek())?.id ?? "" });
      });
    while (leaderMs === undefined) await world.advance(50);
    expect(await waiting).toBeUndefined();
    const mark = world.marks.peek().find(({ kind }) => kind === "leader");
    expect(leaderMs).toBe(mark?.atMs);
    expect(world.view.peek().nodes.some(({ condition }) => condition === "down")).toBe(true);
  });

  test("moves of one moment are made at one moment, however much time wants to pass meanwhile", async () => {
    const world = await open();
    await runTo(world, 1_000);
    const moves = [act({ type: "kill", node: "n1" }), act({ type: "kill", node: "n2" })];
    const making = makeMoves(world, moves, () => false);
    await world.advance(2_000);
    await making;
    const crashes = world.marks.peek().filter(({ kind }) => kind === "crash");
    expect(crashes.map(({ atMs }) => atMs)).toEqual([1_000, 1_000]);
  });

  test("what is so already need not be waited for", async () => {
    const world = await open();
    const beganMs = world.nowMs.peek();
    await world.when(({ nodes }) => nodes.length === 3);
    expect(world.nowMs.peek()).toBe(beganMs);
  });

  test("a session comes back to the same moment", async () => {
    const world = await open();
    await world.advance(900);
    await world.act({ type: "kill", node: "n3" });
    await world.advance(250);
    const again = await World.resume(world.session());
    await again.arrive();
    expect(again.view.peek()).toEqual(world.view.peek());
  });
});
