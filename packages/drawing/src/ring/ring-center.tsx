import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { DrawingTexts } from "../i18n/english.ts";
import type { ClusterView } from "../view/cluster-view.ts";
import { ringCenter } from "./geometry.ts";

/** Who says that they lead, the latest term first. */
export function leadersOf(view: ClusterView): readonly { readonly id: string; readonly term: number }[] {
  return view.nodes
    .filter(({ condition, role }) => role === "leader" && (condition === "up" || condition === "paused"))
    .map(({ id, term }) => ({ id, term }))
    .toSorted((a, b) => b.term - a.term);
}

/** The middle of the ring says who leads. */
export function RingCenter(props: {
  readonly view: ReadonlySignal<ClusterView>;
  readonly texts: ReadonlySignal<DrawingTexts>;
}): JSX.Element {
  const { ring } = props.texts.value;
  const lead = useComputed(() => {
    const leaders = leadersOf(props.view.value);
    const texts = props.texts.value.ring;
    if (leaders.length > 1) return texts.twoLeaders(leaders.map(({ id }) => id).join(", "));
    const [leader] = leaders;
    return leader === undefined ? texts.noLeader : texts.leads(leader.id);
  });
  const term = useComputed(() => ring.term(Math.max(0, ...props.view.value.nodes.map((node) => node.term))));
  const count = useComputed(() => props.view.value.nodes.length);
  const { x, y } = ringCenter(count.value);
  return (
    <g class="ring-center" transform={`translate(${x} ${y})`} aria-hidden="true">
      <rect class="ring-center-ground" x={-88} y={-28} width={176} height={54} rx={14} />
      <text class="ring-center-lead" y={-4}>
        {lead}
      </text>
      <text class="ring-center-term" y={18}>
        {term}
      </text>
    </g>
  );
}
