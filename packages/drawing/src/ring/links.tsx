import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { ClusterView } from "../view/cluster-view.ts";
import { type CutState, cutState } from "./cut-state.ts";
import {
  type Link,
  type Point,
  type Segment,
  distance,
  laneBetween,
  linkBetween,
  linksOf,
  pointAlong,
  ringCenter,
} from "./geometry.ts";

const CENTER_RADIUS = 90;

export interface LinksProps {
  readonly view: ReadonlySignal<ClusterView>;
  readonly points: ReadonlyMap<NodeId, Point>;
  /** Those that the line under the pointer crosses. */
  readonly crossed: ReadonlySignal<readonly Link[]>;
}

/** Every link between two nodes, the cut ones as such. */
export function Links({ view, points, crossed }: LinksProps): JSX.Element {
  const cuts = useComputed(() => view.value.cuts);
  const links = linksOf([...points.keys()]);
  return (
    <g class="ring-links">
      {links.map((link) => {
        const [a, b] = [points.get(link.a), points.get(link.b)];
        if (a === undefined || b === undefined) return null;
        const state = cutState(link, cuts.value);
        const isCrossed = crossed.value.some((other) => other.a === link.a && other.b === link.b);
        return (
          <g
            key={`${link.a} ${link.b}`}
            class={`ring-link is-${state}${isCrossed ? " is-crossed" : ""}`}
            data-link={`${link.a} ${link.b}`}
          >
            <LinkLines state={state} a={a} b={b} center={ringCenter(points.size)} />
          </g>
        );
      })}
    </g>
  );
}

interface LinkLinesProps {
  readonly state: CutState;
  readonly a: Point;
  readonly b: Point;
  readonly center: Point;
}

/** In the middle of a link, but not in that of the ring, where something is written. */
function crossOn(segment: Segment, center: Point): Point {
  const middle = pointAlong(segment, 0.5);
  return distance(middle, center) < CENTER_RADIUS ? pointAlong(segment, 0.25) : middle;
}

function LinkLines({ state, a, b, center }: LinkLinesProps): JSX.Element {
  const link = linkBetween(a, b);
  if (state === "open") return <Line class="ring-link-line" segment={link} />;
  if (state === "both") {
    return (
      <>
        <Line class="ring-link-line is-cut" segment={link} />
        <Cross at={crossOn(link, center)} />
      </>
    );
  }
  const [from, to] = state === "ab" ? [a, b] : [b, a];
  return (
    <>
      <Line class="ring-link-line is-one-way" segment={laneBetween(to, from)} />
      <Line class="ring-link-line is-cut" segment={laneBetween(from, to)} />
      <Arrow segment={laneBetween(to, from)} />
      <Cross at={crossOn(laneBetween(from, to), center)} />
    </>
  );
}

function Line(props: { readonly class: string; readonly segment: Segment }): JSX.Element {
  const { start, end } = props.segment;
  return <line class={props.class} x1={start.x} y1={start.y} x2={end.x} y2={end.y} />;
}

function Cross({ at }: { readonly at: Point }): JSX.Element {
  return (
    <g class="ring-link-cross" transform={`translate(${at.x.toFixed(2)} ${at.y.toFixed(2)})`}>
      <circle r={8} />
      <path d="M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5" />
    </g>
  );
}

/** Which way still works where the other is cut. */
function Arrow({ segment }: { readonly segment: Segment }): JSX.Element {
  const { start, end } = segment;
  const degrees = (Math.atan2(end.y - start.y, end.x - start.x) * 180) / Math.PI;
  const at = pointAlong(segment, 0.62);
  return (
    <path
      class="ring-link-arrow"
      d="M-6 -5 L4 0 L-6 5 Z"
      transform={`translate(${at.x.toFixed(2)} ${at.y.toFixed(2)}) rotate(${degrees.toFixed(1)})`}
    />
  );
}
