import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { ClusterView } from "../view/cluster-view.ts";
import { type Point, linkBetween } from "./geometry.ts";

/** From a leader that hands over its lead to the node that is to have it. */
export function TransferArrow(props: {
  readonly view: ReadonlySignal<ClusterView>;
  readonly points: ReadonlyMap<NodeId, Point>;
}): JSX.Element {
  const transfer = useComputed(() => {
    const node = props.view.value.nodes.find(({ transferTo }) => transferTo !== undefined);
    return node?.transferTo === undefined ? "" : `${node.id}\n${node.transferTo}`;
  });
  const [from, to] = transfer.value.split("\n").map((id) => props.points.get(id));
  if (from === undefined || to === undefined) return <g />;
  const { start, end } = linkBetween(from, to);
  return <line class="ring-transfer" x1={start.x} y1={start.y} x2={end.x} y2={end.y} />;
}
