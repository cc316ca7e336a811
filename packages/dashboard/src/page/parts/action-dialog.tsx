import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type Action, perform } from "../requests/action.ts";
import { RequestError } from "../requests/request.ts";
import type { AppState, Asking } from "../state/app-state.ts";
import { type ActionWords, actionWords, actionsFor } from "./action-words.ts";
import { AddForm } from "./add-form.tsx";
import { Dialog } from "./dialog.tsx";

/** An action in the words in which it was chosen: once it is done, the cluster is another. */
interface Chosen {
  readonly action: Action;
  readonly words: ActionWords;
}

/** What became of an action. */
type Progress =
  | { readonly type: "idle" }
  | { readonly type: "working" }
  | { readonly type: "done" }
  | { readonly type: "refused"; readonly error: RequestError };

/** Changes the cluster: what to do, then what it means, then what came of it. */
export function ActionDialog({ app, asking }: { readonly app: AppState; readonly asking: Asking }): JSX.Element {
  const { actions } = app.texts.value;
  const chosen = useSignal<Chosen | undefined>(undefined);
  const progress = useSignal<Progress>({ type: "idle" });
  const close = (): void => {
    app.asking.value = undefined;
  };
  const choose = (action: Action | undefined): void => {
    progress.value = { type: "idle" };
    chosen.value = action && { action, words: actionWords(app, action) };
  };
  const act = async (): Promise<void> => {
    const action = chosen.peek()?.action;
    if (action === undefined) return;
    progress.value = { type: "working" };
    try {
      await perform(app.fetch, app.origin, action);
      progress.value = { type: "done" };
    } catch (error) {
      progress.value = { type: "refused", error: refusalOf(error) };
    }
  };
  const title = chosen.value?.words.what ?? (asking.type === "add" ? actions.add : actions.changeOf(asking.node));
  return (
    <Dialog title={title} close={actions.close} onClose={close}>
      {chosen.value !== undefined ? (
        <Confirmation
          app={app}
          chosen={chosen.value}
          progress={progress.value}
          onAct={() => void act()}
          onBack={() => choose(undefined)}
          onClose={close}
        />
      ) : asking.type === "add" ? (
        <AddForm app={app} onChoose={choose} onCancel={close} />
      ) : (
        <Choice app={app} node={asking.node} onChoose={choose} />
      )}
    </Dialog>
  );
}

function Choice(props: {
  readonly app: AppState;
  readonly node: string;
  readonly onChoose: (action: Action) => void;
}): JSX.Element {
  const { app, node, onChoose } = props;
  return (
    <>
      <p>{app.texts.value.actions.choose(node)}</p>
      <div class="choices">
        {actionsFor(app.cluster.value, node).map((action) => (
          <button key={action.type} type="button" onClick={() => onChoose(action)}>
            {actionWords(app, action).what} …
          </button>
        ))}
      </div>
    </>
  );
}

interface ConfirmationProps {
  readonly app: AppState;
  readonly chosen: Chosen;
  readonly progress: Progress;
  readonly onAct: () => void;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

function Confirmation({ app, chosen, progress, onAct, onBack, onClose }: ConfirmationProps): JSX.Element {
  const { actions } = app.texts.value;
  const { action, words } = chosen;
  const added = app.cluster.value.nodes.find(({ id }) => id === action.node);
  // Learners are added whether they are there or not.
  const isHeard = action.type !== "add" || (added?.report !== undefined && added.lostMs === undefined);
  const isDone = progress.type === "done";
  const isWorking = progress.type === "working";
  return (
    <>
      <p class="effect">{words.effect}</p>
      <div role="status">
        {isWorking ? <p>{actions.working}</p> : null}
        {isDone ? <p class="outcome">{actions.done(words.what)}</p> : null}
        {isDone && !isHeard ? <p class="refusal">{actions.notHeard(action.node)}</p> : null}
        {progress.type === "refused" ? <Refusal app={app} error={progress.error} /> : null}
      </div>
      <div class="dialog-actions">
        {isDone ? (
          <button type="button" onClick={onClose}>
            {actions.close}
          </button>
        ) : (
          <>
            <button type="button" class={words.isGrave ? "is-bad" : "is-accent"} disabled={isWorking} onClick={onAct}>
              {words.what}
            </button>
            <button type="button" onClick={isWorking ? onClose : onBack}>
              {isWorking ? actions.close : actions.back}
            </button>
          </>
        )}
      </div>
    </>
  );
}

function Refusal({ app, error }: { readonly app: AppState; readonly error: RequestError }): JSX.Element {
  const { actions } = app.texts.value;
  const isAnswered = error.code !== "NO_ANSWER";
  const say = !isAnswered ? actions.noAnswer : error.isUnknown ? actions.unknown : actions.refused;
  return (
    <div class="refusal">
      <p>{say(error.message)}</p>
      {error.remedy === undefined ? null : <p>{actions.remedy(error.remedy)}</p>}
      {error.code === undefined || !isAnswered ? null : <code>{error.code}</code>}
    </div>
  );
}

function refusalOf(error: unknown): RequestError {
  return error instanceof RequestError ? error : new RequestError(String(error), { cause: error });
}
