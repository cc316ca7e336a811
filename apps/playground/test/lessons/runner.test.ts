// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Lesson, LessonStep } from "../../src/lessons/lesson.ts";
import { LessonRunner } from "../../src/lessons/runner.ts";
import { AppState } from "../../src/state/app-state.ts";
import { openSettings } from "../../src/state/settings.ts";
import { World } from "../../src/state/world.ts";

const text = { en: "Look.", zh: "请看。" };
const isDown = ({ nodes }: World["view"]["value"]): boolean => nodes.some(({ condition }) => condition === "down");
const killing: LessonStep = {
  text,
  ask: { words: text, action: { type: "kill", node: "n1" } },
  until: isDown,
};

describe("a lesson", () => {
  let app: AppState;
  beforeEach(async () => void (app = new AppState(openSettings(), await World.open({ seed: "1", nodes: 3 }))));
  afterEach(() => app.player.pause());

  const begin = (...steps: readonly LessonStep[]): Promise<LessonRunner> => {
    const lesson: Lesson = { id: "own", title: text, summary: text, section: "§5", start: { nodes: 3 }, steps };
    return LessonRunner.begin(app, lesson);
  };

  test("lets no time pass between what is done and the next step", async () => {
    const runner = await begin(killing, { text });
    expect(app.player.isPlaying.peek()).toBe(true);
    await runner.doIt();
    expect(runner.isDone.peek()).toBe(true);
    expect(app.player.isPlaying.peek()).toBe(false);
    runner.next();
    expect(runner.position.peek()).toBe(1);
  });

  test("lets time stand still before something is done that time would spoil", async () => {
    const runner = await begin({ ...killing, isHeld: true, until: () => false });
    expect(app.player.isPlaying.peek()).toBe(false);
    await runner.doIt();
    expect(app.player.isPlaying.peek()).toBe(true);
  });

  test("says when it waits in vain, and goes back to where the step began", async () => {
    const runner = await begin({ text, until: isDown }, { text });
    app.player.pause();
    const beganMs = app.nowMs.peek();
    await app.act({ type: "put", via: "n1", key: "x", value: "1" });
    for (let second = 0; second < 25; second += 1) await app.world.peek().advance(1_000);
    expect(runner.isLost.value).toBe(true);
    await runner.again();
    app.player.pause();
    expect(runner.isLost.value).toBe(false);
    expect(app.nowMs.peek()).toBe(beganMs);
    expect(app.world.peek().session()?.actions).toEqual([]);
    await app.act({ type: "kill", node: "n1" });
    expect(runner.isDone.value).toBe(true);
  });

  test("does not call a reader lost who takes time to do what is asked", async () => {
    const runner = await begin(killing);
    app.player.pause();
    for (let second = 0; second < 25; second += 1) await app.world.peek().advance(1_000);
    expect(runner.isLost.value).toBe(false);
  });
});
