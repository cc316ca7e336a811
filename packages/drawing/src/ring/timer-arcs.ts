import type { NodeId } from "@quorate/raft-core";
import type { ClusterView } from "../view/cluster-view.ts";
import { type Point, timerLeft } from "./geometry.ts";

/** What is left of a node's election timer, from 1 to 0, around the point where the node stands. */
export interface TimerArc {
  readonly point: Point;
  readonly left: number;
}

/** The timers that run at the view's moment; one that has run out has no arc. */
export function timerArcs({ nodes, nowMs }: ClusterView, points: ReadonlyMap<NodeId, Point>): readonly TimerArc[] {
  return nodes.flatMap(({ id, condition, election }) => {
    const point = points.get(id);
    if (point === undefined || election === undefined || condition !== "up") return [];
    const left = timerLeft(election, nowMs);
    return left > 0 ? [{ point, left }] : [];
  });
}
