import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { eventsMax } from "../../report/index.ts";
import type { AppState } from "../state/app-state.ts";
import { happenedMs } from "../state/clocks.ts";
import { eventSentence, toneOf } from "../text/event-words.ts";

const SETTLED_SAMPLES = 3;

/** What has happened lately, in words, the latest first. */
export function Events({ app }: { readonly app: AppState }): JSX.Element {
  const { events } = app.texts.value;
  const format = app.format.value;
  const language = app.settings.language.value;
  // What had happened before the page was opened is there to be read, not to be announced.
  const isSettled = useComputed(() => app.samples.value >= SETTLED_SAMPLES);
  const cluster = app.cluster.value;
  const happened = cluster.events.slice(0, eventsMax).map((event) => ({ event, atMs: happenedMs(cluster, event) }));
  return (
    <section class="card events-card" aria-label={events.title}>
      <h2>{events.title}</h2>
      {happened.length === 0 ? <p class="soft">{events.none}</p> : null}
      {/* Reached by the Tab key, since it scrolls. */}
      <div
        class="events"
        role="log"
        aria-live={isSettled.value ? "polite" : "off"}
        aria-label={events.title}
        tabIndex={0}
      >
        <ol>
          {happened.map(({ event, atMs }) => (
            <li key={event.id} class={`event is-${toneOf(event.kind)}`} data-kind={event.kind}>
              <time dateTime={new Date(atMs).toISOString()}>{format.clock(atMs)}</time>
              <span>{eventSentence(event, language, format)}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
