import { type ReadonlySignal, type Signal, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { DrawingTexts } from "../i18n/english.ts";
import type { FlightPosition } from "./flight-position.ts";

export interface MessageListProps {
  readonly positions: ReadonlySignal<readonly FlightPosition[]>;
  readonly chosenId: Signal<number | undefined>;
  readonly texts: ReadonlySignal<DrawingTexts>;
}

/** The way to the messages for a keyboard: one stop for the Tab key, then the arrows from one to the next. */
export function MessageList({ positions, chosenId, texts }: MessageListProps): JSX.Element {
  // Written as the canvas is painted, not a frame later.
  const words = useComputed(() => texts.value.ring.messages(positions.value.length));
  const step = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : -1;
    if (by < 0 && event.key !== "ArrowLeft" && event.key !== "ArrowUp") return;
    const list = positions.peek();
    const current = list.findIndex(({ flight }) => flight.id === chosenId.peek());
    const next = current < 0 ? (by > 0 ? 0 : -1) : (current + by) % list.length;
    chosenId.value = list.at(next)?.flight.id;
    event.preventDefault();
    event.stopPropagation();
  };
  const { ring } = texts.value;
  return (
    <button
      type="button"
      class="message-list"
      title={ring.messageKeys}
      onKeyDown={step}
      onClick={() => (chosenId.value = positions.peek()[0]?.flight.id)}
      onBlur={() => (chosenId.value = undefined)}
    >
      {words}
    </button>
  );
}
