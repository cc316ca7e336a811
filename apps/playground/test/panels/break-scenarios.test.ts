import { describe, expect, test } from "vitest";
import { scenarios } from "../../src/panels/break-scenarios.ts";
import { makeMoves } from "../../src/state/moves.ts";
import { World } from "../../src/state/world.ts";

const FRAME_MS = 16;
const FRAMES_MAX = 3_000;

describe("what is broken on purpose", () => {
  test.each(scenarios)("$name breaks $breaks, and the run stops there", async ({ start, moves, breaks }) => {
    const world = await World.open(start);
    let isOver = false;
    const moving = makeMoves(world, moves, () => isOver);
    for (let frame = 0; frame < FRAMES_MAX && world.violation.peek() === undefined; frame += 1) {
      await world.advance(FRAME_MS);
    }
    isOver = true;
    expect(world.violation.peek()?.invariant).toBe(breaks);
    const stoppedMs = world.nowMs.peek();
    await world.advance(1_000);
    expect(world.nowMs.peek() - stoppedMs).toBeLessThanOrEqual(1_000);
    expect(world.lab.last?.step).toBe(world.violation.peek()?.step);
    await moving;
  });

  test.each(scenarios)("with nothing taken away, the same moves break nothing: $name", async ({ start, moves }) => {
    const { delayMinMs, delayMaxMs } = start.options ?? {};
    const world = await World.open({ ...start, options: { delayMinMs, delayMaxMs } });
    void makeMoves(world, moves, () => false).catch(() => undefined);
    for (let frame = 0; frame < 800; frame += 1) await world.advance(FRAME_MS);
    expect(world.violation.peek()).toBeUndefined();
  });
});
