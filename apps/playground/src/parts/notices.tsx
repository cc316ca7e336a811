import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";

/** What could not be done. */
export function Notices({ app }: { readonly app: AppState }): JSX.Element {
  const notice = app.notice.value;
  return (
    <div class="notices" role="status">
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
