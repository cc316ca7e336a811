import { signal } from "@preact/signals";
import { type Violation, labDefaults } from "@quorate/cluster-lab";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Player, speeds } from "../../src/state/player.ts";
import type { Scene } from "../../src/state/scene.ts";

let frames: FrameRequestCallback[] = [];

/** Lets the browser draw one frame. */
async function frame(timeMs: number): Promise<void> {
  const due = frames;
  frames = [];
  for (const callback of due) callback(timeMs);
  await new Promise((resolve) => setImmediate(resolve));
}

function played(isRecording = false) {
  const violation = signal<Violation | undefined>(undefined);
  const advanced: number[] = [];
  const time = { nowMs: signal(0), presentMs: signal(isRecording ? 50 : 0) };
  const options = isRecording ? undefined : labDefaults;
  const scene = {
    violation,
    options,
    ...time,
    advance: async (ms: number) => {
      advanced.push(ms);
      time.nowMs.value += ms;
    },
  } as Partial<Scene> as Scene;
  return { player: new Player(() => scene), violation, advanced };
}

describe("Player", () => {
  beforeEach(() => {
    frames = [];
    vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
    vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
  });
  afterEach(() => void vi.unstubAllGlobals());

  test("lets as much virtual time pass as the speed says", async () => {
    const { player, advanced } = played();
    player.speed.value = speeds.indexOf(1 / 2);
    player.play();
    for (const timeMs of [1_000, 1_016, 1_036]) await frame(timeMs);
    expect(advanced).toEqual([0, 8, 10]);
  });

  test("asks for no frame while it is paused", async () => {
    const { player, advanced } = played();
    expect(frames).toHaveLength(0);
    player.toggle();
    await frame(0);
    player.toggle();
    expect(player.isPlaying.peek()).toBe(false);
    expect(frames).toHaveLength(0);
    await frame(100);
    expect(advanced).toHaveLength(1);
  });

  test("does not make up for the time that the page was away", async () => {
    const { player, advanced } = played();
    player.speed.value = speeds.indexOf(1);
    player.play();
    await frame(0);
    await frame(60_000);
    expect(advanced.at(-1)).toBeLessThanOrEqual(100);
  });

  test("stops at a violation, and does not start again", async () => {
    const { player, violation } = played();
    player.play();
    await frame(0);
    violation.value = { invariant: "one-vote" } as Violation;
    await frame(16);
    expect(player.isPlaying.peek()).toBe(false);
    player.play();
    expect(player.isPlaying.peek()).toBe(false);
  });

  test("stops where a recording ends", async () => {
    const { player, advanced } = played(true);
    player.speed.value = speeds.indexOf(1);
    player.play();
    for (const timeMs of [0, 40, 80, 120]) await frame(timeMs);
    expect(advanced).toEqual([0, 40, 40]);
    expect(player.isPlaying.peek()).toBe(false);
  });

  test("is never slower or faster than there are speeds", () => {
    const { player } = played();
    player.faster(-100);
    expect(speeds[player.speed.peek()]).toBe(1 / 20);
    player.faster(100);
    expect(speeds[player.speed.peek()]).toBe(20);
  });
});
