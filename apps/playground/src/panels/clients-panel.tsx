import { useSignal } from "@preact/signals";
import type { Action, GetAction } from "@quorate/cluster-lab";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { answerWords, callsAt, requestWords } from "./call-words.ts";
import { clientsTexts } from "./clients-texts.ts";
import { HistoryCheck } from "./history-check.tsx";

const CLIENTS = [1, 2, 3] as const;
const SHOWN_MAX = 30;

/** Ask any node for anything, and see what came of it. */
export function ClientsPanel({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clientsTexts[app.settings.language.value];
  if (app.world.value.options === undefined) return <p class="soft">{texts.recorded}</p>;
  return (
    <div class="clients">
      <h2>{texts.ask}</h2>
      <Form app={app} />
      <h2>{texts.history}</h2>
      <HistoryCheck app={app} />
      <Calls app={app} />
    </div>
  );
}

function Form({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clientsTexts[app.settings.language.value];
  const client = useSignal(1);
  const key = useSignal("x");
  const value = useSignal("1");
  const expected = useSignal("");
  const ids = app.calmView.value.nodes.map(({ id }) => id);
  const via = app.selected.value ?? ids[0] ?? "";
  const ask = async (...actions: readonly Action[]): Promise<void> => {
    for (const action of actions) await app.act(action);
  };
  const asking = { via, key: key.value || "x", client: client.value };
  const get = (consistency: "linearizable" | "stale"): GetAction => ({ type: "get", ...asking, consistency });
  const cas: Action = { type: "cas", ...asking, expected: expected.value || null, value: value.value };
  return (
    <form class="ask" onSubmit={(event) => event.preventDefault()}>
      <label class="inline">
        {texts.client}
        <select value={client.value} onChange={(event) => (client.value = Number(event.currentTarget.value))}>
          {CLIENTS.map((number) => (
            <option key={number} value={number}>
              {number}
            </option>
          ))}
        </select>
      </label>
      <label class="inline">
        {texts.via}
        <select value={via} onChange={(event) => (app.selected.value = event.currentTarget.value)}>
          {ids.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
      <Text label={texts.key} value={key} />
      <Text label={texts.value} value={value} />
      <button type="button" data-part="put" onClick={() => void ask({ type: "put", ...asking, value: value.value })}>
        {texts.put}
      </button>
      <button type="button" data-part="get" onClick={() => void ask(get("linearizable"))}>
        {texts.get}
      </button>
      <button type="button" data-part="stale-get" onClick={() => void ask(get("stale"))}>
        {texts.stale}
      </button>
      <button
        type="button"
        title={texts.bothHint}
        data-part="both-reads"
        onClick={() => void ask(get("linearizable"), { ...get("stale"), client: (client.value % CLIENTS.length) + 1 })}
      >
        {texts.both}
      </button>
      <span class="ask-cas">
        <Text label={texts.expected} value={expected} placeholder={texts.noKey} />
        <button type="button" data-part="cas" onClick={() => void ask(cas)}>
          {texts.cas}
        </button>
      </span>
    </form>
  );
}

function Text(props: {
  readonly label: string;
  readonly value: { value: string };
  readonly placeholder?: string;
}): JSX.Element {
  return (
    <label class="inline">
      {props.label}
      <input
        type="text"
        maxLength={40}
        placeholder={props.placeholder ?? ""}
        value={props.value.value}
        onInput={(event) => (props.value.value = event.currentTarget.value)}
      />
    </label>
  );
}

function Calls({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clientsTexts[app.settings.language.value];
  const calls = callsAt(app.calls.value, app.calmView.value.nowMs);
  if (calls.length === 0) return <p class="soft">{texts.empty}</p>;
  return (
    <table class="calls">
      <tbody>
        {calls
          .slice(-SHOWN_MAX)
          .toReversed()
          .map((call) => (
            <tr key={call.id} class={`call is-${call.state}`}>
              <td>{call.client === 0 ? texts.operator : call.client}</td>
              <td>{requestWords(call.request, texts)}</td>
              <td>{call.asked.join(" → ")}</td>
              <td title={call.reason ?? texts.stateHints[call.state]}>{answerWords(call, texts)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
