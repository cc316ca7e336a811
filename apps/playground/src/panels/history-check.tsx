import { useSignal } from "@preact/signals";
import type { Call } from "@quorate/cluster-lab";
import type { HistoryVerdict } from "@quorate/cluster-lab/check-history";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { answerWords, callsAt, requestWords } from "./call-words.ts";
import { clientsTexts } from "./clients-texts.ts";

/** Checks what clients were told, on demand, and draws the operations that no order explains. */
export function HistoryCheck({ app }: { readonly app: AppState }): JSX.Element | null {
  const texts = clientsTexts[app.settings.language.value];
  const withStale = useSignal(true);
  const verdict = useSignal<HistoryVerdict | undefined>(undefined);
  const calls = callsAt(app.calls.value, app.calmView.value.nowMs).filter(({ client }) => client > 0);
  if (calls.length === 0) return null;
  const check = async (): Promise<void> => {
    app.player.pause();
    const { checkHistory } = await import("@quorate/cluster-lab/check-history");
    verdict.value = checkHistory(calls, { stale: withStale.peek() });
  };
  const found = verdict.value;
  return (
    <div class="history">
      <History calls={calls} found={found?.type === "violation" ? found.calls : []} app={app} />
      <div class="actions">
        <button type="button" data-part="check-history" onClick={() => void check()}>
          {texts.check}
        </button>
        <label class="inline">
          <input
            type="checkbox"
            checked={withStale.value}
            onChange={(event) => (withStale.value = event.currentTarget.checked)}
          />
          {texts.withStale}
        </label>
      </div>
      {found === undefined ? null : (
        <p class={`verdict is-${found.type}`} role="status">
          {texts[found.type]}
        </p>
      )}
    </div>
  );
}

const ROW = 30;
const WIDTH = 1000;
const LEFT = 34;

interface HistoryProps {
  readonly app: AppState;
  readonly calls: readonly Call[];
  readonly found: readonly number[];
}

/** Bars from call to answer; those of a counter-example stand out, and alone where there is one. */
function History({ app, calls, found }: HistoryProps): JSX.Element {
  const texts = clientsTexts[app.settings.language.value];
  const shown = found.length > 0 ? calls.filter(({ id }) => found.includes(id)) : calls.slice(-24);
  const clients = [...new Set(shown.map(({ client }) => client))].toSorted((a, b) => a - b);
  const startMs = Math.min(...shown.map(({ calledMs }) => calledMs));
  const endMs = Math.max(startMs + 1, ...shown.map(({ endedMs }) => endedMs ?? app.calmView.value.nowMs));
  const xOf = (atMs: number): number => LEFT + ((WIDTH - LEFT) * (atMs - startMs)) / (endMs - startMs);
  return (
    <svg
      class="history-drawing"
      viewBox={`0 0 ${WIDTH} ${clients.length * ROW + 4}`}
      role="img"
      aria-label={texts.drawing}
    >
      {clients.map((client, row) => (
        <text key={client} class="history-client" x={4} y={row * ROW + 20}>
          {client}
        </text>
      ))}
      {shown.map((call) => {
        const [x, end] = [xOf(call.calledMs), xOf(call.endedMs ?? endMs)];
        const words = texts.told(requestWords(call.request, texts), answerWords(call, texts));
        return (
          <g
            key={call.id}
            class={`history-call is-${call.state}${found.includes(call.id) ? " is-found" : ""}`}
            transform={`translate(${x.toFixed(1)} ${clients.indexOf(call.client) * ROW + 4})`}
          >
            <title>{words}</title>
            <rect width={Math.max(6, end - x)} height={ROW - 8} rx={4} />
            <text x={5} y={15}>
              {end - x > words.length * 7 || found.length > 0 ? words : ""}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
