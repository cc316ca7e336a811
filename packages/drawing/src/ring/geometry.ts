import type { NodeId } from "@quorate/raft-core";
import type { ElectionView } from "../view/node-view.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A straight way from one node's edge to another's. */
export interface Segment {
  readonly start: Point;
  readonly end: Point;
}

/** The ring's measures, in the units of its drawing. */
export const ringSize = 640;
export const nodeRadius = 41;
export const timerRadius = 53;

export const ringRadius = 246;
/** What is needed around the points where nodes stand; below them stand their roles and votes. */
const TOP = 66;
const BOTTOM = 98;
/** Messages keep to the right, so that question and answer are seen beside one another. */
const LANE_OFFSET = 6;
/** Where a message leaves a node and where it arrives: outside of the timer. */
const EDGE = timerRadius + 5;

/** Where the node at `position` of `count` stands: the first at the top, the others clockwise. */
export function nodePoint(position: number, count: number): Point {
  const angle = (2 * Math.PI * position) / count - Math.PI / 2;
  const { x, y } = ringCenter(count);
  return { x: x + ringRadius * Math.cos(angle), y: y + ringRadius * Math.sin(angle) };
}

/** The middle of the ring; an odd number of nodes leaves more room below it than above. */
export function ringCenter(count: number): Point {
  const below = ringRadius * (count % 2 === 0 || count === 1 ? 1 : Math.cos(Math.PI / count));
  const slack = ringSize - TOP - ringRadius - below - BOTTOM;
  return { x: ringSize / 2, y: TOP + ringRadius + slack / 2 };
}

/** The way of a message from one node's point to another's. */
export function laneBetween(from: Point, to: Point): Segment {
  const { x, y } = direction(from, to);
  const side = { x: -y * LANE_OFFSET, y: x * LANE_OFFSET };
  return {
    start: { x: from.x + x * EDGE + side.x, y: from.y + y * EDGE + side.y },
    end: { x: to.x - x * EDGE + side.x, y: to.y - y * EDGE + side.y },
  };
}

/** The link between two nodes, from edge to edge. */
export function linkBetween(from: Point, to: Point): Segment {
  const { x, y } = direction(from, to);
  return {
    start: { x: from.x + x * EDGE, y: from.y + y * EDGE },
    end: { x: to.x - x * EDGE, y: to.y - y * EDGE },
  };
}

function direction(from: Point, to: Point): Point {
  const length = distance(from, to) || 1;
  return { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** The point at a fraction of the way. */
export function pointAlong({ start, end }: Segment, fraction: number): Point {
  return { x: start.x + (end.x - start.x) * fraction, y: start.y + (end.y - start.y) * fraction };
}

/** How much of the way lies behind at `nowMs`, from 0 to 1. */
export function progressBetween(startMs: number, endMs: number, nowMs: number): number {
  if (endMs <= startMs) return nowMs >= endMs ? 1 : 0;
  return Math.min(1, Math.max(0, (nowMs - startMs) / (endMs - startMs)));
}

/** How much of an election timer is left, from 1 to 0. */
export function timerLeft({ startMs, deadlineMs, seenMs }: ElectionView, nowMs: number): number {
  return 1 - progressBetween(startMs, deadlineMs, seenMs ?? nowMs);
}

/** Whether two segments have a point in common; touching ends count. */
export function segmentsCross(a: Segment, b: Segment): boolean {
  const [b1, b2] = [turn(a.start, a.end, b.start), turn(a.start, a.end, b.end)];
  const [a1, a2] = [turn(b.start, b.end, a.start), turn(b.start, b.end, a.end)];
  if (b1 === 0 && b2 === 0) return false; // on one line: nobody draws that on purpose
  return b1 * b2 <= 0 && a1 * a2 <= 0;
}

/** Positive where `c` lies to the left of the way from `a` to `b`. */
function turn(a: Point, b: Point, c: Point): number {
  return Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
}

/** Two nodes, the one that comes first in the view's order first. */
export interface Link {
  readonly a: NodeId;
  readonly b: NodeId;
}

/** Every pair of nodes. */
export function linksOf(nodes: readonly NodeId[]): readonly Link[] {
  return nodes.flatMap((a, position) => nodes.slice(position + 1).map((b) => ({ a, b })));
}

/** The links that a line drawn across the ring cuts. */
export function linksCrossed(line: Segment, nodes: readonly NodeId[]): readonly Link[] {
  const points = new Map(nodes.map((id, position) => [id, nodePoint(position, nodes.length)]));
  return linksOf(nodes).filter(({ a, b }) => {
    const [from, to] = [points.get(a), points.get(b)];
    return from !== undefined && to !== undefined && segmentsCross(line, { start: from, end: to });
  });
}

/** The link that passes nearest to a point, if one does within `reach`. */
export function linkNear(point: Point, nodes: readonly NodeId[], reach: number): Link | undefined {
  const points = new Map(nodes.map((id, position) => [id, nodePoint(position, nodes.length)]));
  let nearest: { readonly link: Link; readonly away: number } | undefined;
  for (const link of linksOf(nodes)) {
    const [start, end] = [points.get(link.a), points.get(link.b)];
    if (start === undefined || end === undefined) continue;
    const away = distanceTo(point, { start, end });
    if (away <= reach && away < (nearest?.away ?? Infinity)) nearest = { link, away };
  }
  return nearest?.link;
}

function distanceTo(point: Point, segment: Segment): number {
  const { start, end } = segment;
  const [x, y] = [end.x - start.x, end.y - start.y];
  const fraction = ((point.x - start.x) * x + (point.y - start.y) * y) / (x * x + y * y || 1);
  return distance(point, pointAlong(segment, Math.min(1, Math.max(0, fraction))));
}

/** The corners of a regular polygon, as an SVG `points` attribute. */
export function polygonPoints(corners: number, radius: number, turnedBy = 0): string {
  return Array.from({ length: corners }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / corners - Math.PI / 2 + turnedBy;
    return `${(radius * Math.cos(angle)).toFixed(2)},${(radius * Math.sin(angle)).toFixed(2)}`;
  }).join(" ");
}
