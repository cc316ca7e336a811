import type { Member, NodeId } from "@quorate/raft-core";
import { Agent } from "undici";
import { clusterHeader, forwardedHeader } from "../cluster/forwarder.ts";

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
}

export interface StreamRequest {
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** Connections to other nodes, over the address at which peers reach them, on which they say how they are. */
export class PeerStreams {
  readonly #options: PeerStreamsOptions;
  /** Without its own limits on time: who listens decides what is too long. */
  readonly #agent = new Agent({ pipelining: 1, connect: { timeout: 1000 }, headersTimeout: 0, bodyTimeout: 0 });

  constructor(options: PeerStreamsOptions) {
    this.#options = options;
  }

  /** Rejects where nobody of this cluster answers there. */
  async open(to: Member, { token, signal }: StreamRequest): Promise<AsyncIterable<Uint8Array>> {
    const { nodeId, clusterId, clientUrl } = this.#options;
    if (to.address === "") throw new Error(`nobody here knows where ${to.id} is`);
    const { statusCode, headers, body } = await this.#agent.request({
      origin: `http://${to.address}`,
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
    await this.#agent.destroy();
  }
}
