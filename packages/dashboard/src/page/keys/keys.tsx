import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { RequestError } from "../requests/request.ts";
import type { AppState } from "../state/app-state.ts";
import { KeyReader, type KeysShown } from "./key-reader.ts";
import { KeyTable } from "./key-table.tsx";
import type { ValueForm } from "./value-text.ts";

/** The keys of the cluster, page by page. */
export function Keys({ app }: { readonly app: AppState }): JSX.Element {
  const { keys } = app.texts.value;
  const reader = useKeyReader(app);
  const form = useSignal<ValueForm>("text");
  const shown = reader.shown.value;
  const failure = reader.failure.value;
  const isReading = reader.isReading.value;
  return (
    <section class="card keys-card" aria-label={keys.title}>
      <h2>{keys.title}</h2>
      <KeysForm app={app} reader={reader}>
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
      </KeysForm>
      <p class="keys-state soft" role="status">
        {isReading ? keys.reading : failure === undefined ? stateText(app, shown) : ""}
      </p>
      {failure === undefined ? null : (
        <p class="refusal" role="alert">
          {refusalText(app, failure)}
        </p>
      )}
      {shown === undefined || shown.page.rows.length === 0 ? null : (
        <KeyTable
          app={app}
          shown={shown}
          form={form.value}
          isReading={isReading}
          onPage={(behind) => void reader.read(shown.prefix, behind)}
        />
      )}
    </section>
  );
}

/** Reads the first keys by itself as soon as there is whom to ask. */
function useKeyReader(app: AppState): KeyReader {
  const reader = useRef<KeyReader>(undefined);
  reader.current ??= new KeyReader(app);
  const hasBegun = useRef(false);
  useSignalEffect(() => {
    if (hasBegun.current || app.connection.value.type !== "live") return;
    hasBegun.current = true;
    void reader.current?.read("");
  });
  return reader.current;
}

function KeysForm(props: {
  readonly app: AppState;
  readonly reader: KeyReader;
  readonly children: JSX.Element;
}): JSX.Element {
  const { app, reader, children } = props;
  const { keys } = app.texts.value;
  const prefix = useSignal("");
  const submit = (event: Event): void => {
    event.preventDefault();
    void reader.read(prefix.peek());
  };
  return (
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
          value={reader.consistency.value}
          onInput={(event) => {
            reader.consistency.value = event.currentTarget.value === "stale" ? "stale" : "linearizable";
          }}
        >
          <option value="linearizable">{keys.linearizable}</option>
          <option value="stale">{keys.stale}</option>
        </select>
      </label>
      {children}
      <button type="submit" class="is-accent" disabled={reader.isReading.value}>
        {keys.show}
      </button>
    </form>
  );
}

function stateText(app: AppState, shown: KeysShown | undefined): string {
  const { keys } = app.texts.value;
  if (shown === undefined) return keys.idle;
  return `${foundText(app, shown)} ${keys.again}`;
}

function foundText(app: AppState, { page, isFirst, atMs }: KeysShown): string {
  const { keys } = app.texts.value;
  const format = app.format.value;
  const count = format.count(page.rows.length);
  const at = keys.at(format.count(page.revision), format.clock(atMs));
  if (page.hasMore || !isFirst) return page.hasMore ? keys.page(count, at) : keys.lastPage(count, at);
  if (page.rows.length === 0) return keys.none(at);
  return page.rows.length === 1 ? keys.one(at) : keys.found(count, at);
}

function refusalText(app: AppState, { message, remedy }: RequestError): string {
  const { actions } = app.texts.value;
  return remedy === undefined ? actions.refused(message) : `${actions.refused(message)} ${actions.remedy(remedy)}`;
}
