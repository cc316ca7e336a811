import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { onThemeChange } from "../look/theme.ts";
import type { FlightPosition } from "./flight-position.ts";
import { type Paints, paintRing, readPaints } from "./ring-painter.ts";
import { ringSize } from "./geometry.ts";
import type { TimerArc } from "./timer-arcs.ts";

export interface RingCanvasProps {
  readonly timers: ReadonlySignal<readonly TimerArc[]>;
  readonly positions: ReadonlySignal<readonly FlightPosition[]>;
  /** The message that is being looked at. */
  readonly chosen: ReadonlySignal<number | undefined>;
}

const DEVICE_PIXELS_MAX = 2;

/** Everything that moves with time, on one canvas: the rest of the ring is drawn anew only when something happens. */
export function RingCanvas({ timers, positions, chosen }: RingCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const paints = useRef<Paints>(undefined);

  useSignalEffect(() => {
    const moving = { timers: timers.value, positions: positions.value, chosen: chosen.value };
    paint(canvas.current, paints, moving);
  });

  useEffect(() => {
    const element = canvas.current;
    if (element === null || typeof ResizeObserver === "undefined") return undefined;
    const again = (): void => {
      paint(element, paints, { timers: timers.peek(), positions: positions.peek(), chosen: chosen.peek() });
    };
    const observer = new ResizeObserver(() => {
      const pixels = Math.round(element.clientWidth * Math.min(devicePixelRatio, DEVICE_PIXELS_MAX));
      if (element.width !== pixels) {
        element.width = pixels;
        element.height = pixels;
      }
      again();
    });
    observer.observe(element);
    const stop = onThemeChange(() => {
      paints.current = undefined;
      again();
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, [timers, positions, chosen]);

  return <canvas ref={canvas} class="ring-canvas" aria-hidden="true" />;
}

interface Moving {
  readonly timers: readonly TimerArc[];
  readonly positions: readonly FlightPosition[];
  readonly chosen: number | undefined;
}

function paint(element: HTMLCanvasElement | null, paints: { current: Paints | undefined }, moving: Moving): void {
  const context = element?.getContext("2d");
  if (element === null || context === null || context === undefined) return;
  paints.current ??= readPaints(element);
  paintRing(context, { ...moving, paints: paints.current, scale: element.width / ringSize });
}
