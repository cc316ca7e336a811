import type { IncomingHttpHeaders } from "node:http";
import { clusterHeader, forwardedHeader } from "../cluster/forwarder.ts";
import { Problem } from "./problem.ts";

/** Throws unless the headers are those of a node of this cluster. */
export function assertPeer(headers: IncomingHttpHeaders, clusterId: string): void {
  // Nodes are no browsers; a page could learn the rest, if its own name were resolved to this machine.
  if (headers.origin !== undefined) throw new Problem("FORBIDDEN", "this port is for peers, not for pages");
  if (headers[forwardedHeader] === undefined) {
    throw new Problem("NOT_FOUND", "this is the port for peers; clients have one of their own");
  }
  const theirs = headers[clusterHeader];
  if (theirs !== clusterId) {
    throw new Problem("WRONG_CLUSTER", `this node is of cluster ${clusterId}, the request of ${String(theirs)}`);
  }
}
