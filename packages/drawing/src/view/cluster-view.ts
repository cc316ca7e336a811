import type { Message, NodeId } from "@quorate/raft-core";
import type { NodeView } from "./node-view.ts";

/**
 * A cluster at one moment: plain data, whoever it comes from. What a source does not know is undefined. What did not
 * change from one view to the next is the same object, so that a drawing compares by identity.
 */
export interface ClusterView {
  /** On the view's own clock, as every time here. */
  readonly nowMs: number;
  /** In an order that stays the same. */
  readonly nodes: readonly NodeView[];
  readonly flights: readonly FlightView[];
  readonly cuts: readonly CutView[];
}

/** A message on its way. */
export interface FlightView {
  readonly id: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly type: Message["type"];
  readonly sentMs: number;
  readonly dueMs: number;
  /** One that is lost or meets a cut link is shown until it would have arrived. */
  readonly fate: "arrives" | "lost" | "cut";
  /** What it says, in the order in which to show it. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** A link that carries nothing, in one direction; a link that is cut in both is two of them. */
export interface CutView {
  readonly from: NodeId;
  readonly to: NodeId;
}
