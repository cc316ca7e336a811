import { type ReadonlySignal, useComputed, useSignalEffect } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useRef } from "preact/hooks";
import { type TimeScale, xOf } from "./scale.ts";

interface ScaleProps {
  readonly scale: ReadonlySignal<TimeScale>;
}

/** Covers what has not happened yet. It is moved as a whole, so that nothing is painted anew while time passes. */
export function Future({ scale, presentMs }: ScaleProps & { readonly presentMs: ReadonlySignal<number> }): JSX.Element {
  const cover = useMoved(useComputed(() => xOf(scale.value, presentMs.value)));
  return (
    <div class="time-cover">
      <div class="time-future" ref={cover} />
    </div>
  );
}

/** The moment that is shown. */
export function PlayHead({ scale, nowMs }: ScaleProps & { readonly nowMs: ReadonlySignal<number> }): JSX.Element {
  const head = useMoved(useComputed(() => xOf(scale.value, nowMs.value)));
  return <div class="time-head" ref={head} />;
}

/** An element that is so far to the right. */
function useMoved(x: ReadonlySignal<number>): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const pixels = x.value;
    if (element.current !== null) element.current.style.transform = `translateX(${pixels.toFixed(1)}px)`;
  });
  return element;
}
