import type { ReadonlySignal } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { DrawingTexts } from "../i18n/english.ts";
import { type NodeShape, appearanceOf, roleLooks } from "../look/role-look.ts";
import { termClass } from "../look/term-look.ts";
import type { NodeView } from "../view/node-view.ts";
import { type Point, nodeRadius, polygonPoints, timerRadius } from "./geometry.ts";
import { Votes } from "./votes.tsx";

export interface RingNodeProps {
  readonly node: ReadonlySignal<NodeView | undefined>;
  readonly texts: ReadonlySignal<DrawingTexts>;
  readonly point: Point;
  readonly isSelected: ReadonlySignal<boolean>;
  readonly isHighlighted: ReadonlySignal<boolean>;
  /** Of all nodes, one is reached by the Tab key; the arrows lead to the others. */
  readonly isTabStop: boolean;
  readonly onSelect: (id: NodeId) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** One node: its role by shape, letter and colour, its term, and the votes that it has. The canvas has its timer. */
export function RingNode(props: RingNodeProps): JSX.Element | null {
  const node = props.node.value;
  if (node === undefined) return null;
  const appearance = appearanceOf(node);
  const texts = props.texts.value;
  const classes = [
    "ring-node",
    `appears-${appearance}`,
    `stands-${node.standing}`,
    props.isSelected.value ? "is-selected" : "",
    props.isHighlighted.value ? "is-highlighted" : "",
  ];
  return (
    <g
      class={classes.filter(Boolean).join(" ")}
      transform={`translate(${props.point.x.toFixed(2)} ${props.point.y.toFixed(2)})`}
      role="button"
      tabindex={props.isTabStop ? 0 : -1}
      data-node={node.id}
      aria-pressed={props.isSelected.value}
      onClick={() => props.onSelect(node.id)}
      onKeyDown={props.onKeyDown}
    >
      <circle class="ring-node-halo" r={timerRadius + 7} />
      <circle class="ring-node-timer-track" r={timerRadius} />
      <Shape shape={roleLooks[appearance].shape} />
      <text class="ring-node-id" y={-1}>
        {node.id}
      </text>
      <text class="ring-node-term" y={17}>
        {texts.ring.term(node.term)}
      </text>
      <Badge appearance={appearance} />
      <text class="ring-node-role" y={timerRadius + 20}>
        {texts.roles[appearance]}
      </text>
      <circle class={`ring-node-term-dot ${termClass(node.term)}`} cx={0} cy={27} r={4.5} />
      <Votes node={node} texts={texts} y={timerRadius + 34} />
    </g>
  );
}

function Shape({ shape }: { readonly shape: NodeShape }): JSX.Element {
  if (shape === "circle") return <circle class="ring-node-shape" r={nodeRadius} />;
  if (shape === "square") {
    const half = nodeRadius - 4;
    return <rect class="ring-node-shape" x={-half} y={-half} width={2 * half} height={2 * half} rx={7} />;
  }
  const corners = shape === "diamond" ? 4 : 6;
  return (
    <polygon
      class="ring-node-shape"
      points={polygonPoints(corners, shape === "diamond" ? nodeRadius + 8 : nodeRadius + 5)}
    />
  );
}

/** The role's letter; a leader wears a crown. */
function Badge({ appearance }: { readonly appearance: keyof typeof roleLooks }): JSX.Element {
  return (
    <g class="ring-node-badge" aria-hidden="true" transform="translate(37 -37)">
      <circle r={14} />
      {appearance === "leader" ? (
        <path d="M-7 4 L-8 -4.5 L-3.5 -1 L0 -6.5 L3.5 -1 L8 -4.5 L7 4 Z" />
      ) : (
        <text y={4.5}>{roleLooks[appearance].letter}</text>
      )}
    </g>
  );
}
