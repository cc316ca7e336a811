import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Action } from "../requests/action.ts";
import type { AppState } from "../state/app-state.ts";
import { isAddress, joinCommand, nextNode } from "./newcomer.ts";

/** Which node to add, and as what: how it is started, which does all of it, and how one is added that runs already. */
export function AddForm(props: {
  readonly app: AppState;
  readonly onChoose: (action: Action) => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const { app, onChoose, onCancel } = props;
  const { actions } = app.texts.value;
  const { clientListen, ...guess } = nextNode(app.cluster.peek());
  const node = useSignal(guess.id);
  const address = useSignal(guess.address);
  const learner = useSignal(false);
  const isWrong = useSignal(false);
  const id = node.value.trim();
  const place = address.value.trim();
  const submit = (event: Event): void => {
    event.preventDefault();
    isWrong.value = !isAddress(place);
    if (!isWrong.value) onChoose({ type: "add", node: id, address: place, learner: learner.value });
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
          aria-invalid={isWrong.value}
          onInput={(event) => {
            address.value = event.currentTarget.value;
            isWrong.value = false;
          }}
        />
      </label>
      {isWrong.value ? (
        <p class="refusal" role="alert">
          {actions.wrongAddress}
        </p>
      ) : null}
      <label class="inline">
        <input type="checkbox" checked={learner} onInput={(event) => (learner.value = event.currentTarget.checked)} />
        {actions.learner}
      </label>
      <p>{actions.start}</p>
      <code class="command">{joinCommand({ id, address: place, clientListen }, app.origin, learner.value)}</code>
      <p class="soft">{actions.startMore}</p>
      <div class="dialog-actions">
        <button type="submit">{actions.proceed}</button>
        <button type="button" onClick={onCancel}>
          {actions.close}
        </button>
      </div>
    </form>
  );
}
