import type { NodeId } from "@quorate/raft-core";

export const NODES_MAX = 7;

/** The ids of the nodes that a cluster begins with. */
export function founders(nodes: number): readonly NodeId[] {
  return Array.from({ length: nodes }, (_, at) => `n${at + 1}`);
}
