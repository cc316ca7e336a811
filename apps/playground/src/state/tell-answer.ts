import { effect } from "@preact/signals";
import type { Call } from "@quorate/cluster-lab";
import { answerTexts } from "../i18n/answers.ts";
import type { AppState } from "./app-state.ts";

/** Says what came of a call that did not go well, once that is known; nothing where the reader has gone elsewhere. */
export function tellAnswer(app: AppState, id: number): void {
  const world = app.world.peek();
  let isOver = false;
  const stop = effect(() => {
    if (isOver) return;
    const call = app.world.value === world ? app.calls.value.find((each) => each.id === id) : undefined;
    if (call?.state === "waiting") return;
    isOver = true;
    // Not before there is something to stop.
    queueMicrotask(() => stop());
    const text = call === undefined ? undefined : badNews(app, call);
    if (text !== undefined) app.notice.value = { text, isBad: true };
  });
}

function badNews(app: AppState, { asked, code = "", state }: Call): string | undefined {
  const texts = answerTexts[app.settings.language.peek()];
  const node = asked.at(-1) ?? "";
  if (state === "unknown") return texts.unknown(code);
  if (state !== "refused") return undefined;
  if (code === "NO_LEADER") return texts.noLeader(node);
  return code === "DOWN" ? texts.down(node) : texts.refused(node, code);
}
