import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { RequestError } from "../requests/request.ts";
import type { AppState } from "../state/app-state.ts";
import { KeyTable } from "./key-table.tsx";
import { type Consistency, type KeyPage, readKeys } from "./read-keys.ts";
import type { ValueForm } from "./value-text.ts";

/** What the server has answered, and where its page begins. */
export interface KeysShown {
  readonly prefix: string;
  readonly isFirst: boolean;
  readonly page: KeyPage;
}

const KEYS_A_PAGE = 20;

/** The keys of the cluster, page by page. */
export function Keys({ app }: { readonly app: AppState }): JSX.Element {
  const { keys } = app.texts.value;
  const prefix = useSignal("");
  const consistency = useSignal<Consistency>("linearizable");
  const form = useSignal<ValueForm>("text");
  const shown = useSignal<KeysShown | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const isReading = useSignal(false);

  const read = async (asked: string, behind: string | undefined): Promise<void> => {
    isReading.value = true;
    failure.value = undefined;
    try {
      const question = { prefix: asked, behind, consistency: consistency.peek(), limit: KEYS_A_PAGE };
      const page = await readKeys(app.fetch, app.origin, question);
      shown.value = { prefix: asked, isFirst: behind === undefined, page };
    } catch (error) {
      failure.value = refusalText(app, error);
    } finally {
      isReading.value = false;
    }
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    void read(prefix.peek(), undefined);
  };
  return (
    <section class="card keys-card" aria-label={keys.title}>
      <h2>{keys.title}</h2>
      <form class="keys-form" onSubmit={submit}>
        <label class="inline">
          {keys.prefix}
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            placeholder={keys.all}
            value={prefix}
            onInput={(event) => (prefix.value = event.currentTarget.value)}
          />
        </label>
        <label class="inline" title={keys.consistencyHint}>
          {keys.consistency}
          <select
            value={consistency.value}
            onInput={(event) => (consistency.value = event.currentTarget.value === "stale" ? "stale" : "linearizable")}
          >
            <option value="linearizable">{keys.linearizable}</option>
            <option value="stale">{keys.stale}</option>
          </select>
        </label>
        <label class="inline">
          {keys.form}
          <select
            value={form.value}
            onInput={(event) => (form.value = event.currentTarget.value === "hex" ? "hex" : "text")}
          >
            <option value="text">{keys.text}</option>
            <option value="hex">{keys.hex}</option>
          </select>
        </label>
        <button type="submit" class="is-accent" disabled={isReading.value}>
          {keys.show}
        </button>
      </form>
      <p class="keys-state soft" role="status">
        {isReading.value ? keys.reading : failure.value === undefined ? stateText(app, shown.value) : ""}
      </p>
      {failure.value === undefined ? null : (
        <p class="refusal" role="alert">
          {failure.value}
        </p>
      )}
      {shown.value === undefined || shown.value.page.rows.length === 0 ? null : (
        <KeyTable
          app={app}
          shown={shown.value}
          form={form.value}
          isReading={isReading.value}
          onPage={(behind) => void read(shown.peek()?.prefix ?? "", behind)}
        />
      )}
    </section>
  );
}

function stateText(app: AppState, shown: KeysShown | undefined): string {
  const { keys } = app.texts.value;
  if (shown === undefined) return keys.idle;
  const { rows, revision } = shown.page;
  const at = app.format.value.count(revision);
  if (rows.length === 0) return keys.none;
  return rows.length === 1 ? keys.one(at) : keys.found(app.format.value.count(rows.length), at);
}

function refusalText(app: AppState, error: unknown): string {
  const { actions } = app.texts.value;
  if (!(error instanceof RequestError)) return actions.refused(String(error));
  const remedy = error.remedy === undefined ? "" : ` ${actions.remedy(error.remedy)}`;
  return `${actions.refused(error.message)}${remedy}`;
}
