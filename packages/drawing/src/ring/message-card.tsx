import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { DrawingTexts } from "../i18n/english.ts";
import type { FlightPosition } from "./flight-position.ts";
import { ringSize } from "./geometry.ts";

export interface MessageCardProps {
  readonly position: ReadonlySignal<FlightPosition | undefined>;
  readonly nowMs: ReadonlySignal<number>;
  readonly texts: ReadonlySignal<DrawingTexts>;
}

/** What the message under the pointer, or the one chosen by keyboard, says. */
export function MessageCard({ position, nowMs, texts }: MessageCardProps): JSX.Element | null {
  const chosen = position.value;
  if (chosen === undefined) return null;
  const { flight, point } = chosen;
  const { messages, ring } = texts.value;
  const [left, top] = [(100 * point.x) / ringSize, (100 * point.y) / ringSize];
  const classes = `message-card ${left > 55 ? "is-left" : "is-right"} ${top > 55 ? "is-above" : "is-below"}`;
  const arrival = (flight.dueMs - nowMs.value).toFixed(1);
  return (
    <div class={classes} role="status" style={{ left: `${left}%`, top: `${top}%` }}>
      <strong>{messages[flight.type]}</strong>
      <span class="message-card-way">
        {flight.from} → {flight.to}
      </span>
      <dl>
        {flight.fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <em>{flight.fate === "arrives" ? ring.arrives(arrival) : ring[flight.fate]}</em>
    </div>
  );
}
