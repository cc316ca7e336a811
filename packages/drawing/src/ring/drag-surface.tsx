import type { JSX } from "preact";
import type { DragLine } from "./drag-line.ts";
import { nodePoint, ringSize } from "./geometry.ts";

/** What lies under everything and takes the pointer: here a line is dragged across the links. */
export function DragSurface({ drag }: { readonly drag: DragLine }): JSX.Element {
  const top = nodePoint(0, 1);
  const center = ringSize / 2;
  const centerY = (top.y + nodePoint(1, 2).y) / 2;
  return (
    <>
      <circle class="ring-guide" cx={center} cy={centerY} r={centerY - top.y} />
      <circle
        class="ring-surface"
        cx={center}
        cy={centerY}
        r={centerY - top.y + 60}
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
