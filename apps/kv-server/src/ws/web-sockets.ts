import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Limits, NodeHint } from "@quorate/client/protocol";
import type { Logger, Member } from "@quorate/raft-core";
import type { Admission } from "../http/admission.ts";
import type { Origin, Services } from "../routes/services.ts";
import { Carrier } from "./carrier.ts";
import { ClusterHints } from "./cluster-hints.ts";
import { WsListener } from "./listener.ts";

export interface WebSocketsOptions {
  readonly services: Services;
  readonly logger: Logger;
  /** The ports, each with what its answers are counted by, be they HTTP's or WebSockets'. */
  readonly ports: readonly { readonly origin: Origin; readonly server: Server; readonly admission: Admission }[];
  /** Makes a connection to a peer; without it, plain ones are made to its address. */
  readonly connectTo?: ((peer: Member) => Promise<Duplex>) | undefined;
}

/** The WebSocket interface of a node. */
export class WebSockets {
  readonly #hints: ClusterHints;
  readonly #carrier: Carrier;
  readonly #listeners: readonly { readonly origin: Origin; readonly listener: WsListener }[];

  constructor({ services, logger, ports, connectTo }: WebSocketsOptions) {
    const { node, origins, clusterId, addresses, pages } = services;
    const { clientUrl } = pages;
    const hints = new ClusterHints({ node, origins, clientUrl, meet: (leader) => carrier.meet(leader) });
    const nodeId = node.status().id;
    const learned = (peer: NodeHint): void => hints.learn(peer);
    const carrier: Carrier = new Carrier({ nodeId, clusterId, addresses, clientUrl, learned, connectTo });
    this.#hints = hints;
    this.#carrier = carrier;
    this.#listeners = ports.map(({ origin, server, admission }) => {
      const limits = limitsOf(services, origin);
      const context = { services, hints, admission, logger, limits, carrier: origin === "peer" ? undefined : carrier };
      return { origin, listener: new WsListener({ origin, server, context }) };
    });
  }

  /** What clients have under way is answered, within `graceMs`; then they are disconnected. */
  async closeClients(graceMs: number): Promise<void> {
    await this.#close("client", graceMs);
  }

  async close(): Promise<void> {
    this.#carrier.close();
    this.#hints.close();
    await this.#close("client", 0);
    await this.#close("peer", 0);
  }

  async #close(origin: Origin, graceMs: number): Promise<void> {
    const those = this.#listeners.filter((each) => each.origin === origin);
    await Promise.all(those.map(({ listener }) => listener.close(graceMs)));
  }
}

/** A peer carries what all its clients ask. */
function limitsOf({ valueBytesMax }: Services, origin: Origin): Limits {
  const times = origin === "peer" ? 16 : 1;
  return {
    requestsMax: 4096 * times,
    bytesMax: 16 * 1024 * 1024 * times,
    // As much as a transaction may hold, and the frame around it.
    messageBytesMax: 3 * 1024 * 1024 + 3 * valueBytesMax,
    valueBytesMax,
  };
}
