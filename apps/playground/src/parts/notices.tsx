import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";

/** What could not be done, and which invariant is violated. */
export function Notices({ app }: { readonly app: AppState }): JSX.Element {
  const { close, violation: words, showViolation } = app.texts.value;
  const notice = app.notice.value;
  const violation = app.violation.value;
  return (
    <div class="notices" role="status">
      {violation === undefined ? null : (
        <div class="notice is-bad">
          <strong>{words(violation.invariant, violation.section)}</strong>
          <button type="button" onClick={() => (app.panel.value = "rules")}>
            {showViolation}
          </button>
        </div>
      )}
      {notice === undefined ? null : (
        <div class={notice.isBad ? "notice is-bad" : "notice"}>
          <span>{notice.text}</span>
          <button type="button" class="is-icon" aria-label={close} onClick={() => (app.notice.value = undefined)}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
