import { type ReadonlySignal, useComputed, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { onThemeChange } from "../look/theme.ts";
import type { FlightPosition } from "./flight-position.ts";
import { ringSize } from "./geometry.ts";
import { type Paints, paintMessages, readPaints } from "./message-painter.ts";

export interface MessageCanvasProps {
  readonly positions: ReadonlySignal<readonly FlightPosition[]>;
  /** The message that is being looked at. */
  readonly chosen: ReadonlySignal<number | undefined>;
}

/** All messages on one canvas, painted anew with every view and not once in between. */
export function MessageCanvas({ positions, chosen }: MessageCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const paints = useRef<{ readonly theme: string; readonly paints: Paints }>(undefined);
  const isEmpty = useComputed(() => positions.value.length === 0);
  const wasEmpty = useRef(false);

  const paint = (list: readonly FlightPosition[], id: number | undefined): void => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (element === null || context === null || context === undefined) return;
    const theme = getComputedStyle(element).getPropertyValue("color");
    if (paints.current?.theme !== theme) paints.current = { theme, paints: readPaints(element) };
    const scale = element.width / ringSize;
    paintMessages(context, { positions: list, paints: paints.current.paints, scale, chosen: id });
  };

  useSignalEffect(() => {
    const id = chosen.value;
    if (isEmpty.value && wasEmpty.current) return;
    wasEmpty.current = isEmpty.value;
    paint(positions.value, id);
  });

  useEffect(() => {
    const element = canvas.current;
    if (element === null || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(() => {
      const pixels = Math.round(element.clientWidth * Math.min(devicePixelRatio, 2));
      if (element.width !== pixels) {
        element.width = pixels;
        element.height = pixels;
      }
      paint(positions.peek(), chosen.peek());
    });
    observer.observe(element);
    const stop = onThemeChange(() => paint(positions.peek(), chosen.peek()));
    return () => {
      observer.disconnect();
      stop();
    };
  }, [positions, chosen]);

  return <canvas ref={canvas} class="ring-messages" aria-hidden="true" />;
}
