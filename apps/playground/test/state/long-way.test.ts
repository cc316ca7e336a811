import type { Session } from "@quorate/cluster-lab";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { World } from "../../src/state/world.ts";

/** So much is what the clock says that one look at it takes: pieces are counted in steps, not in real time. */
const LOOK_MS = 0.1;

/** How many steps each piece between two turns of the page has taken, at most. */
async function piecesOf(
  world: World,
  work: Promise<unknown>,
): Promise<{ readonly turns: number; readonly most: number }> {
  const { lab } = world;
  let isOver = false;
  let [turns, most, before] = [0, 0, lab.step];
  const look = (): void => {
    turns += 1;
    if (lab.step > before) most = Math.max(most, lab.step - before);
    before = lab.step;
    if (!isOver) setTimeout(look);
  };
  setTimeout(look);
  await work;
  isOver = true;
  return { turns, most };
}

const until = (isTrue: () => boolean): Promise<void> => vi.waitFor(() => expect(isTrue()).toBe(true), { interval: 0 });

const endless: Session = { version: 1, seed: "1", nodes: 7, options: {}, actions: [], step: 20_000_000 };

describe("a long way", () => {
  let clockMs = 0;
  beforeEach(() => {
    vi.spyOn(performance, "now").mockImplementation(() => (clockMs += LOOK_MS));
  });
  afterEach(() => void vi.restoreAllMocks());

  /** As the page plays it, picture by picture. */
  const open = async (ms: number): Promise<World> => {
    const world = await World.open({ seed: "1", nodes: 3 });
    for (let pictures = ms / 50; pictures > 0; pictures -= 1) await world.advance(50);
    return world;
  };

  test("a session is shown at its beginning first, and then played in pieces; the page has its turns", async () => {
    const long = await open(6_000);
    const world = await World.resume(long.session());
    expect([world.step.peek(), world.nowMs.peek()]).toEqual([0, 0]);
    const { turns, most } = await piecesOf(world, world.arrive());
    expect(turns).toBeGreaterThan(3);
    expect(most).toBeLessThanOrEqual(2 * (12 / LOOK_MS));
    expect(world.view.peek()).toEqual(long.view.peek());
    expect(world.session()).toEqual(long.session());
  });

  test("one that never ends is stopped where it has come to: the cluster lives on from there", async () => {
    const world = await World.resume(endless);
    expect(world.session()).toMatchObject({ step: 20_000_000 });
    const arrival = world.arrive();
    const action = world.act({ type: "kill", node: "n1" });
    const next = world.advance(1_000);
    await until(() => (world.travelled.peek() ?? 0) > 0);
    expect(world.travelled.peek()).toBeLessThan(0.01);
    world.stop();
    await arrival;
    expect(world.travelled.peek()).toBeUndefined();
    // What was meant for the end must not happen here.
    expect(await action).toMatchObject({ key: "not-there" });
    await next;
    const stopped = world.step.peek();
    expect(world.lab.step).toBe(stopped);
    expect(world.nowMs.peek()).toBe(world.lab.nowMs);
    expect(await world.act({ type: "kill", node: "n1" })).toBeUndefined();
    expect(world.step.peek()).toBe(stopped + 1);
  });

  test("where nobody stops it, somebody may still want to go elsewhere", async () => {
    const world = await World.resume(endless);
    const arrival = world.arrive();
    await until(() => world.lab.step > 200);
    world.show(0);
    await arrival;
    expect(world.nowMs.peek()).toBe(0);
    expect(world.lab.nowMs).toBe(0);
  });

  test("one step back shows at once what was there, without playing anything; the lab follows when it has to", async () => {
    const world = await open(3_000);
    const [present, view] = [world.step.peek(), world.view.peek()];
    for (let back = 1; back <= 100; back += 1) await world.stepBack();
    expect(world.step.peek()).toBe(present - 100);
    expect(world.lab.step).toBe(present);
    const then = await World.resume(world.session());
    await then.arrive();
    expect(then.view.peek()).toEqual(world.view.peek());
    expect(then.step.peek()).toBe(present - 100);
    expect(world.leader).toBe(then.leader);

    for (let forth = 1; forth < 100; forth += 1) await world.stepForward();
    expect(world.lab.step).toBe(present);
    await world.stepForward();
    expect(world.view.peek()).toEqual(view);

    await world.goTo(present - 20);
    expect(world.lab.step).toBe(present);
    expect(await world.act({ type: "kill", node: "n2" })).toBeUndefined();
    expect(world.step.peek()).toBe(present - 19);
    expect(world.lab.step).toBe(present - 19);
  });

  test("further back than is kept it is played again once, and then there is more that is kept", async () => {
    const world = await open(10_000);
    const present = world.step.peek();
    await world.goTo(present - 600);
    expect(world.lab.step).toBe(present - 600);
    for (let back = 1; back <= 200; back += 1) await world.stepBack();
    expect(world.step.peek()).toBe(present - 800);
    expect(world.lab.step).toBe(present - 600);
  });

  test("a cluster in which too much happens is played more slowly", async () => {
    const options = { heartbeatIntervalMs: 1, electionTimeoutMinMs: 2, electionTimeoutMaxMs: 3 };
    const world = await World.open({ seed: "1", nodes: 7, options });
    await world.advance(1_000, () => true);
    expect(world.lab.step).toBeLessThan(100);
    expect(world.nowMs.peek()).toBeLessThan(1_000);
  });
});
