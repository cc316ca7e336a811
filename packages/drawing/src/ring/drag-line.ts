import { type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import { type Link, type Point, type Segment, distance, linkNear, linksCrossed, ringSize } from "./geometry.ts";

/** Below this, in units of the ring, a pointer that went down and up again has clicked. */
const DRAG_MIN = 12;
const LINK_REACH = 12;

export interface DragListeners {
  /** A line was drawn across these. */
  readonly onCut?: ((links: readonly Link[]) => void) | undefined;
  /** This one was clicked. */
  readonly onLink?: ((link: Link) => void) | undefined;
}

export interface DragLine {
  readonly line: Signal<Segment | undefined>;
  readonly crossed: ReadonlySignal<readonly Link[]>;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
}

/** A line that a pointer draws across the ring; what it crosses is told when the pointer is lifted. */
export function useDragLine(nodes: ReadonlySignal<readonly NodeId[]>, { onCut, onLink }: DragListeners): DragLine {
  const line = useSignal<Segment | undefined>(undefined);
  const crossed = useComputed(() => (line.value === undefined ? [] : linksCrossed(line.value, nodes.value)));
  return {
    line,
    crossed,
    onPointerDown(event) {
      if ((onCut ?? onLink) === undefined || event.button !== 0) return;
      const start = pointOf(event);
      line.value = { start, end: start };
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      if (line.value !== undefined) line.value = { start: line.value.start, end: pointOf(event) };
    },
    onPointerUp() {
      const drawn = line.value;
      const links = crossed.value;
      line.value = undefined;
      if (drawn === undefined) return;
      if (distance(drawn.start, drawn.end) < DRAG_MIN) {
        const link = linkNear(drawn.start, nodes.peek(), LINK_REACH);
        if (link !== undefined) onLink?.(link);
      } else if (links.length > 0) onCut?.(links);
    },
    onPointerCancel() {
      line.value = undefined;
    },
  };
}

/** Where a pointer is, in the units of the ring; the element that listens must lie inside of the ring's svg. */
export function pointOf(event: {
  readonly currentTarget: unknown;
  readonly clientX: number;
  readonly clientY: number;
}): Point {
  const target = event.currentTarget;
  const frame = target instanceof SVGElement ? (target.ownerSVGElement ?? target) : target;
  if (!(frame instanceof Element)) return { x: 0, y: 0 };
  const { left, top, width, height } = frame.getBoundingClientRect();
  return {
    x: ((event.clientX - left) * ringSize) / (width || 1),
    y: ((event.clientY - top) * ringSize) / (height || 1),
  };
}
