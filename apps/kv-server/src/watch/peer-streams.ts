import type { Duplex } from "node:stream";
import type { Member, NodeId } from "@quorate/raft-core";
import { clusterHeader, forwardedHeader } from "../cluster/forwarder.ts";
import { PeerDispatchers } from "../cluster/peer-dispatchers.ts";

/**
 * Tells the node that is listened to where clients, and pages, reach the one that listens. A header that begins like this
 * cannot come from a page: browsers let no script set one.
 */
export const clientUrlHeader = "sec-quorate-client-url";

export const eventsPath = "/v1/events";

export interface PeerStreamsOptions {
  readonly nodeId: NodeId;
  readonly clusterId: string;
  readonly clientUrl: () => string;
  /** Makes a connection to a peer; without it, plain ones are made to its address. */
  readonly connectTo?: (peer: Member) => Promise<Duplex>;
}

export interface StreamRequest {
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** Connections to other nodes, over the address at which peers reach them, on which they say how they are. */
export class PeerStreams {
  readonly #options: PeerStreamsOptions;
  /** Without its own limits on time: who listens decides what is too long. */
  readonly #dispatchers: PeerDispatchers;

  constructor(options: PeerStreamsOptions) {
    this.#options = options;
    const { connectTo } = options;
    const limits = { pipelining: 1, connect: { timeout: 1000 }, headersTimeout: 0, bodyTimeout: 0 };
    this.#dispatchers = new PeerDispatchers({ connectTo, ...limits });
  }

  /** Rejects where nobody of this cluster answers there. */
  async open(to: Member, { token, signal }: StreamRequest): Promise<AsyncIterable<Uint8Array>> {
    const { nodeId, clusterId, clientUrl } = this.#options;
    if (to.address === "") throw new Error(`nobody here knows where ${to.id} is`);
    const { statusCode, headers, body } = await this.#dispatchers.to(to).request({
      path: eventsPath,
      method: "GET",
      headers: {
        [forwardedHeader]: nodeId,
        [clusterHeader]: clusterId,
        [clientUrlHeader]: clientUrl(),
        ...(token === undefined ? {} : { "last-event-id": token }),
      },
      signal,
    });
    if (statusCode === 200 && headers[clusterHeader] === clusterId) return body;
    body.on("error", () => undefined).destroy();
    throw new Error(`${to.id} at ${to.address} answers with status ${statusCode}`);
  }

  async close(): Promise<void> {
    await this.#dispatchers.destroy();
  }
}
