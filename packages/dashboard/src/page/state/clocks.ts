import type { NodeId } from "@quorate/raft-core";
import type { ClusterEvent } from "../../report/index.ts";
import type { ClusterState } from "./cluster.ts";

/** Clocks that agree as well as this are taken at their word: it is more exact than when something was heard. */
const TOLERANCE_MS = 2000;

/**
 * By how much a clock is ahead that showed `atMs` when the page's showed `nowMs`; `before` is what was found last, and
 * stands as long as it is as good.
 */
export function aheadMs(atMs: number, nowMs: number, before = 0): number {
  const found = atMs - nowMs;
  if (Math.abs(found) < TOLERANCE_MS) return 0;
  return before !== 0 && Math.abs(found - before) < TOLERANCE_MS ? before : found;
}

/** When an event happened by the page's wall clock, as well as that can be told. */
export function happenedMs({ nodes }: Pick<ClusterState, "nodes">, event: ClusterEvent): number {
  const teller = tellerOf(event);
  return event.atMs - (nodes.find(({ id }) => id === teller)?.aheadMs ?? 0);
}

/** The events of a cluster, the latest first. */
export function inOrder(cluster: Pick<ClusterState, "nodes" | "events">): readonly ClusterEvent[] {
  const times = new Map(cluster.events.map((event) => [event, happenedMs(cluster, event)]));
  return cluster.events.toSorted((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
}

/** By whose clock its time is: whom a node reaches is told by who reaches it, all else by the node itself. */
function tellerOf({ kind, node, values }: ClusterEvent): NodeId {
  return kind === "unreachable" || kind === "reachable" ? String(values["by"]) : node;
}
