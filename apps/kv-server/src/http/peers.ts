import type { IncomingMessage } from "node:http";
import { clusterHeader, forwardedHeader } from "../cluster/forwarder.ts";
import type { Services } from "../routes/services.ts";
import { Problem } from "./problem.ts";

/** Throws unless it comes from a node of this cluster, which has proved to be the one that it says where proof is asked for. */
export function assertPeer(
  { headers, socket }: Pick<IncomingMessage, "headers" | "socket">,
  { clusterId, peerGuard }: Pick<Services, "clusterId" | "peerGuard">,
): void {
  // Nodes are no browsers; a page could learn the rest, if its own name were resolved to this machine.
  if (headers.origin !== undefined) throw new Problem("FORBIDDEN", "this port is for peers, not for pages");
  const claimed = headers[forwardedHeader];
  if (claimed === undefined) {
    throw new Problem("NOT_FOUND", "this is the port for peers; clients have one of their own");
  }
  const sender = peerGuard?.senderOn(socket);
  if (sender === undefined ? peerGuard?.isProtected === true : sender !== claimed) {
    throw new Problem("NOT_A_PEER", `nobody has proved to be node ${String(claimed)} on this connection`);
  }
  const theirs = headers[clusterHeader];
  if (theirs !== clusterId) {
    throw new Problem("WRONG_CLUSTER", `this node is of cluster ${clusterId}, the request of ${String(theirs)}`);
  }
}
