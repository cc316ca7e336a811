import type { ClusterView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { Cluster } from "../play/cluster.ts";
import { NodeViewer } from "./node-view.ts";

/** Makes the views of one cluster. */
export class Viewer {
  readonly #cluster: Cluster;
  readonly #viewers = new Map<NodeId, NodeViewer>();
  #view: ClusterView | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** As the cluster is now; between two views, what has not changed is the same object. */
  view(): ClusterView {
    const { flights, links, machines, nowMs } = this.#cluster;
    const before = this.#view;
    const nodes: readonly NodeView[] = [...machines].map(([id, machine]) => {
      const viewer = this.#viewers.get(id) ?? new NodeViewer(machine);
      this.#viewers.set(id, viewer);
      return viewer.view();
    });
    const isSame = nodes.length === before?.nodes.length && nodes.every((node, at) => node === before.nodes[at]);
    const next = { nowMs, nodes: isSame ? before.nodes : nodes, flights: flights.view(nowMs), cuts: links.cuts };
    const isUnchanged =
      before?.nowMs === nowMs &&
      before.nodes === next.nodes &&
      before.flights === next.flights &&
      before.cuts === next.cuts;
    this.#view = isUnchanged ? before : next;
    return this.#view;
  }
}
