import type { AppState } from "../state/app-state.ts";
import { catalog } from "./catalog.ts";
import { LessonRunner } from "./runner.ts";

/** The runner of a lesson at its first step; undefined where no lesson has this id. */
export async function beginLesson(app: AppState, id: string): Promise<LessonRunner | undefined> {
  const lesson = await catalog.find((entry) => entry.id === id)?.load();
  return lesson === undefined ? undefined : LessonRunner.begin(app, lesson);
}
