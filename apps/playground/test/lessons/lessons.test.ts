import { languages } from "@quorate/drawing";
import { describe, expect, test } from "vitest";
import { catalog } from "../../src/lessons/catalog.ts";
import { paragraphsOf } from "../../src/lessons/lesson-text.tsx";
import type { Lesson, LessonStep, Words } from "../../src/lessons/lesson.ts";
import { makeMoves } from "../../src/state/moves.ts";
import { speeds } from "../../src/state/player.ts";
import { World } from "../../src/state/world.ts";

const lessons = await Promise.all(catalog.map(async (entry) => ({ entry, lesson: await entry.load() })));
const FRAME_MS = 4;
const FRAMES_MAX = 5_000;

/** Lets time pass, as the page does, until something is over. */
async function play(world: World, over: Promise<void>): Promise<boolean> {
  let isOver = false;
  void over.then(() => (isOver = true));
  for (let frame = 0; frame < FRAMES_MAX; frame += 1) {
    await Promise.resolve();
    if (isOver) return true;
    await world.advance(FRAME_MS);
  }
  return isOver;
}

async function takeStep(world: World, step: LessonStep): Promise<boolean> {
  const over = (async () => {
    await makeMoves(world, step.moves ?? [], () => false);
    if (step.until !== undefined) await world.when(step.until);
  })();
  if (step.ask !== undefined) {
    const { action } = step.ask;
    const refusal = await world.act(typeof action === "function" ? action(world.view.peek()) : action);
    expect(refusal).toBeUndefined();
  }
  return play(world, over);
}

const wordsOf = (lesson: Lesson): readonly Words[] => [
  lesson.title,
  lesson.summary,
  ...lesson.steps.flatMap(({ text, ask }) => (ask === undefined ? [text] : [text, ask.words])),
];

describe.each(lessons)("$lesson.id", ({ entry, lesson }) => {
  test("comes to its end: what every step waits for happens, and nothing is violated", async () => {
    const world = await World.open(lesson.start);
    const stuck: number[] = [];
    for (const [position, step] of lesson.steps.entries()) {
      const isDone = await takeStep(world, step);
      if (!isDone) stuck.push(position);
    }
    expect(stuck).toEqual([]);
    expect(world.violation.peek()).toBeUndefined();
  });

  test("calls by name what is there", async () => {
    const world = await World.open(lesson.start);
    for (const step of lesson.steps) {
      const names = step.names?.(world.view.peek()) ?? {};
      for (const language of languages) {
        for (const [, name = ""] of step.text[language].matchAll(/\{(\w+)\}/g)) {
          expect({ step: step.text.en, name, value: names[name] }).not.toMatchObject({ value: undefined });
          expect(names[name]).not.toBe("?");
        }
      }
      await takeStep(world, step);
    }
  });

  test("is the one that the catalog names, in both languages", () => {
    expect(lesson.id).toBe(entry.id);
    expect(lesson.title).toEqual(entry.title);
    expect(lesson.section).toBe(entry.section);
    for (const words of wordsOf(lesson)) {
      expect(words.zh).toMatch(/\p{Script=Han}/u);
      expect(words.en).not.toMatch(/\p{Script=Han}/u);
      expect(words.zh.split("\n\n")).toHaveLength(words.en.split("\n\n").length);
    }
  });

  test("shows no mark of its markup", () => {
    for (const { text } of lesson.steps) {
      const pieces = languages.flatMap((language) => paragraphsOf(text[language], {}).flat());
      expect(pieces.filter((piece) => /[`*]/.test(piece.text))).toEqual([]);
    }
  });

  test("plays at speeds that the page has", () => {
    for (const { speed } of lesson.steps) if (speed !== undefined) expect(speeds).toContain(speed);
  });
});
