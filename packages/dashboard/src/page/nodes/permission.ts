import type { NodeId } from "@quorate/raft-core";
import type { ClusterState } from "../state/cluster.ts";

/** Whether the node that takes the page's requests has said that it takes those that change the cluster. */
export function allowsActions({ nodes }: ClusterState, asked: NodeId | undefined): boolean {
  return nodes.some(({ id, report }) => id === asked && report?.actions === true);
}
