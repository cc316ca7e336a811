import type { JSX } from "preact";
import type { DragLine } from "./drag-line.ts";
import { ringCenter, ringRadius } from "./geometry.ts";

/** What lies under everything and takes the pointer: here a line is dragged across the links. */
export function DragSurface({ drag, count }: { readonly drag: DragLine; readonly count: number }): JSX.Element {
  const { x, y } = ringCenter(count);
  return (
    <>
      <circle class="ring-guide" cx={x} cy={y} r={ringRadius} />
      <circle
        class="ring-surface"
        cx={x}
        cy={y}
        r={ringRadius + 60}
        onPointerDown={drag.onPointerDown}
        onPointerMove={drag.onPointerMove}
        onPointerUp={drag.onPointerUp}
        onPointerCancel={drag.onPointerCancel}
      />
      <DraggedLine drag={drag} />
    </>
  );
}

function DraggedLine({ drag }: { readonly drag: DragLine }): JSX.Element | null {
  const line = drag.line.value;
  if (line === undefined) return null;
  const { start, end } = line;
  return <line class="ring-drag" x1={start.x} y1={start.y} x2={end.x} y2={end.y} />;
}
