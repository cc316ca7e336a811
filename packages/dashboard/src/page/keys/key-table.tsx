import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import type { KeysShown } from "./key-reader.ts";
import { SHOWN_BYTES_MAX, type ValueForm, shownValue } from "./value-text.ts";

export interface KeyTableProps {
  readonly app: AppState;
  readonly shown: KeysShown;
  readonly form: ValueForm;
  readonly isReading: boolean;
  /** The page behind this key is wanted, or the first. */
  readonly onPage: (behind: string | undefined) => void;
}

/** One page of keys and values. */
export function KeyTable({ app, shown, form, isReading, onPage }: KeyTableProps): JSX.Element {
  const { keys } = app.texts.value;
  const { rows, hasMore } = shown.page;
  return (
    <>
      {/* Reached by the Tab key, since it scrolls. */}
      <div class="keys-frame" role="group" aria-label={keys.title} tabIndex={0}>
        <table class="keys">
          <thead>
            <tr>
              <th scope="col">{keys.key}</th>
              <th scope="col">{keys.value}</th>
              <th scope="col" class="is-number" title={keys.revisionHint}>
                {keys.revision}
              </th>
              <th scope="col" class="is-number" title={keys.versionHint}>
                {keys.version}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, value, modRevision, version }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <Value app={app} base64={value} form={form} />
                <td class="is-number">{app.format.value.count(modRevision)}</td>
                <td class="is-number">{app.format.value.count(version)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="keys-pages">
        <button type="button" disabled={shown.isFirst || isReading} onClick={() => onPage(undefined)}>
          {keys.first}
        </button>
        <button type="button" disabled={!hasMore || isReading} onClick={() => onPage(rows.at(-1)?.key)}>
          {keys.next}
        </button>
      </div>
    </>
  );
}

function Value(props: { readonly app: AppState; readonly base64: string; readonly form: ValueForm }): JSX.Element {
  const { app, base64, form } = props;
  const { keys } = app.texts.value;
  const format = app.format.value;
  const { text, bytes, isCut } = shownValue(base64, form);
  return (
    <td class="keys-value">
      {bytes === 0 ? <span class="soft">{keys.empty}</span> : <code>{text}</code>}
      {isCut ? <span class="soft"> … {keys.cut(format.bytes(SHOWN_BYTES_MAX), format.bytes(bytes))}</span> : null}
    </td>
  );
}
