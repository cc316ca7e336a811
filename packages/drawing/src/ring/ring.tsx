import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { DrawingTexts } from "../i18n/english.ts";
import type { ClusterView } from "../view/cluster-view.ts";
import { DragSurface } from "./drag-surface.tsx";
import { pointOf, useDragLine } from "./drag-line.ts";
import { flightAt, flightPositions } from "./flight-position.ts";
import { type Link, type Point, nodePoint, ringSize } from "./geometry.ts";
import { Links } from "./links.tsx";
import { MessageCard } from "./message-card.tsx";
import { MessageList } from "./message-list.tsx";
import { RingCanvas } from "./ring-canvas.tsx";
import { RingCenter } from "./ring-center.tsx";
import { RingNode } from "./ring-node.tsx";
import { timerArcs } from "./timer-arcs.ts";
import { TransferArrow } from "./transfer-arrow.tsx";

export interface RingProps {
  readonly view: ReadonlySignal<ClusterView>;
  readonly texts: ReadonlySignal<DrawingTexts>;
  readonly selected: ReadonlySignal<NodeId | undefined>;
  readonly onSelect: (id: NodeId) => void;
  /** Nodes to draw the eye to. */
  readonly highlighted?: ReadonlySignal<ReadonlySet<string>> | undefined;
  /** The links that a line dragged across the ring has crossed; without it nothing can be dragged. */
  readonly onCut?: ((links: readonly Link[]) => void) | undefined;
  /** A link was clicked. */
  readonly onLink?: ((link: Link) => void) | undefined;
}

/** How near a pointer must come to a message, in units of the ring. */
const REACH = 16;
const BACKWARD = new Set(["ArrowLeft", "ArrowUp"]);
const FORWARD = new Set(["ArrowRight", "ArrowDown"]);

/** The cluster as a ring: nodes and links in SVG, what moves between and around them on one canvas. */
export function Ring({ view, texts, selected, onSelect, highlighted, onCut, onLink }: RingProps): JSX.Element {
  const idsText = useComputed(() => view.value.nodes.map((node) => node.id).join("\n"));
  const ids = useComputed(() => (idsText.value === "" ? [] : idsText.value.split("\n")));
  const points = useComputed(() => pointsOf(ids.value));
  const nowMs = useComputed(() => view.value.nowMs);
  const positions = useComputed(() => flightPositions(view.value.flights, points.value, view.value.nowMs));
  const timers = useComputed(() => timerArcs(view.value, points.value));
  const chosenId = useSignal<number | undefined>(undefined);
  const chosen = useComputed(() => positions.value.find(({ flight }) => flight.id === chosenId.value));
  const drag = useDragLine(ids, { onCut, onLink });
  const tabStop = useSignal<NodeId | undefined>(undefined);

  const point = (event: PointerEvent): void => {
    if (drag.line.peek() !== undefined) return;
    chosenId.value = flightAt(positions.peek(), pointOf(event), REACH)?.flight.id;
  };
  const step = (event: KeyboardEvent, id: NodeId): void => {
    const by = FORWARD.has(event.key) ? 1 : BACKWARD.has(event.key) ? -1 : 0;
    if (event.key === "Enter" || event.key === " ") onSelect(id);
    else if (by === 0) return;
    else {
      const next = ids.peek().at((ids.peek().indexOf(id) + by) % ids.peek().length);
      tabStop.value = next;
      focusNode(event, next);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const { ring } = texts.value;
  return (
    <div class="ring" onPointerMove={point} onPointerDown={point} onPointerLeave={() => (chosenId.value = undefined)}>
      <RingCanvas timers={timers} positions={positions} chosen={chosenId} />
      <svg viewBox={`0 0 ${ringSize} ${ringSize}`} role="group" aria-label={`${ring.label}. ${ring.keys}`}>
        <DragSurface drag={drag} count={ids.value.length} />
        <Links view={view} points={points.value} crossed={drag.crossed} />
        <TransferArrow view={view} points={points.value} />
        <RingCenter view={view} texts={texts} />
        {ids.value.map((id, position) => (
          <RingNodeOf
            key={id}
            id={id}
            view={view}
            texts={texts}
            selected={selected}
            onSelect={onSelect}
            highlighted={highlighted}
            point={points.value.get(id) ?? nodePoint(position, ids.value.length)}
            isTabStop={id === (tabStop.value ?? selected.value ?? ids.value[0])}
            onKeyDown={(event) => step(event, id)}
          />
        ))}
      </svg>
      <MessageList positions={positions} chosenId={chosenId} texts={texts} />
      <MessageCard position={chosen} nowMs={nowMs} texts={texts} />
    </div>
  );
}

type NodeOfProps = Pick<RingProps, "view" | "texts" | "selected" | "onSelect" | "highlighted"> & {
  readonly id: NodeId;
  readonly point: Point;
  readonly isTabStop: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
};

function RingNodeOf({ id, view, selected, highlighted, ...rest }: NodeOfProps): JSX.Element {
  const node = useComputed(() => view.value.nodes.find((other) => other.id === id));
  const isSelected = useComputed(() => selected.value === id);
  const isHighlighted = useComputed(() => highlighted?.value.has(id) ?? false);
  return <RingNode {...rest} node={node} isSelected={isSelected} isHighlighted={isHighlighted} />;
}

function pointsOf(ids: readonly NodeId[]): ReadonlyMap<NodeId, Point> {
  return new Map(ids.map((id, position) => [id, nodePoint(position, ids.length)]));
}

function focusNode(event: KeyboardEvent, id: NodeId | undefined): void {
  const frame = event.currentTarget instanceof SVGElement ? event.currentTarget.ownerSVGElement : undefined;
  const nodes = [...(frame?.querySelectorAll<SVGElement>("[data-node]") ?? [])];
  nodes.find((element) => element.dataset["node"] === id)?.focus();
}
