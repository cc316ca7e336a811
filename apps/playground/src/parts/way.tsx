import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";

const texts = {
  en: { replaying: "Playing up to that moment …", stopHere: "Stop here" },
  zh: { replaying: "正在重演到那一时刻…", stopHere: "停在这里" },
} as const;

/** How far the cluster has come on a long way, and that it may stop. */
export function Way({ app }: { readonly app: AppState }): JSX.Element | null {
  const world = app.world.value;
  const travelled = world.travelled.value;
  if (travelled === undefined) return null;
  const { replaying, stopHere } = texts[app.settings.language.value];
  return (
    <div class="notice" data-part="way">
      <progress max={1} value={travelled} aria-label={replaying} />
      <span>{replaying}</span>
      <button type="button" onClick={() => world.stop()}>
        {stopHere}
      </button>
    </div>
  );
}
