import type { NodeId } from "@quorate/raft-core";
import type { FlightView } from "../view/cluster-view.ts";
import { type Point, distance, laneBetween, pointAlong, progressBetween } from "./geometry.ts";

/** Where a message is seen, and how well. */
export interface FlightPosition {
  readonly flight: FlightView;
  readonly point: Point;
  /** From 1 to 0: what is lost fades away before it arrives. */
  readonly strength: number;
}

/** Where what is lost, and what meets a cut, has vanished. */
const LOST_AT = 0.7;
const CUT_AT = 0.5;
const FADE = 0.2;

/** The messages that are on their way at `nowMs`, each where it is. */
export function flightPositions(
  flights: readonly FlightView[],
  points: ReadonlyMap<NodeId, Point>,
  nowMs: number,
): readonly FlightPosition[] {
  return flights.flatMap((flight) => {
    const [from, to] = [points.get(flight.from), points.get(flight.to)];
    if (from === undefined || to === undefined || nowMs < flight.sentMs || nowMs > flight.dueMs) return [];
    const progress = progressBetween(flight.sentMs, flight.dueMs, nowMs);
    const strength = strengthOf(flight.fate, progress);
    if (strength <= 0) return [];
    const reached = flight.fate === "cut" ? Math.min(progress, CUT_AT) : progress;
    return [{ flight, point: pointAlong(laneBetween(from, to), reached), strength }];
  });
}

function strengthOf(fate: FlightView["fate"], progress: number): number {
  if (fate === "arrives") return 1;
  const gone = fate === "lost" ? LOST_AT : CUT_AT + FADE;
  return Math.min(1, (gone - progress) / FADE);
}

/** The message nearest to `point`, if one is within `reach`. */
export function flightAt(
  positions: readonly FlightPosition[],
  point: Point,
  reach: number,
): FlightPosition | undefined {
  let nearest: FlightPosition | undefined;
  for (const position of positions) {
    const away = distance(position.point, point);
    if (away <= reach && (nearest === undefined || away < distance(nearest.point, point))) nearest = position;
  }
  return nearest;
}
