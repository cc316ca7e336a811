import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Action } from "../requests/action.ts";
import type { AppState } from "../state/app-state.ts";

/** Which node to add, and as what. */
export function AddForm(props: {
  readonly app: AppState;
  readonly onChoose: (action: Action) => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const { app, onChoose, onCancel } = props;
  const { actions } = app.texts.value;
  const node = useSignal("");
  const address = useSignal("");
  const learner = useSignal(true);
  const submit = (event: Event): void => {
    event.preventDefault();
    onChoose({ type: "add", node: node.value.trim(), address: address.value.trim(), learner: learner.value });
  };
  return (
    <form class="add-form" onSubmit={submit}>
      <label>
        {actions.id}
        <input
          type="text"
          required
          maxLength={64}
          autocomplete="off"
          value={node}
          onInput={(event) => (node.value = event.currentTarget.value)}
        />
      </label>
      <label>
        {actions.address}
        <input
          type="text"
          required
          autocomplete="off"
          placeholder="127.0.0.1:7004"
          value={address}
          onInput={(event) => (address.value = event.currentTarget.value)}
        />
      </label>
      <label class="inline">
        <input type="checkbox" checked={learner} onInput={(event) => (learner.value = event.currentTarget.checked)} />
        {actions.learner}
      </label>
      <p class="effect">{actions.addEffect}</p>
      <div class="dialog-actions">
        <button type="submit" class="is-accent">
          {actions.proceed}
        </button>
        <button type="button" onClick={onCancel}>
          {actions.cancel}
        </button>
      </div>
    </form>
  );
}
