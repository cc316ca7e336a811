import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { Lazy, type Part } from "./lazy.tsx";

const way = async (): Promise<Part> => (await import("./way.tsx")).Way;

/** What could not be done, and how far a long way has been gone. */
export function Notices({ app }: { readonly app: AppState }): JSX.Element {
  const notice = app.notice.value;
  return (
    <div class="notices" role="status">
      {app.world.value.travelled.value === undefined ? null : <Lazy app={app} load={way} />}
      {notice === undefined ? null : (
        <div class={notice.isBad ? "notice is-bad" : "notice"}>
          <span>{notice.text}</span>
          <button
            type="button"
            class="is-icon"
            aria-label={app.texts.value.close}
            onClick={() => (app.notice.value = undefined)}
          >
            ×
          </button>
        </div>
      )}
    </div>
  );
}
