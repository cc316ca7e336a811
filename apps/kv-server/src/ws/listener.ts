import { STATUS_CODES } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { PROTOCOL_PATH, SUBPROTOCOL } from "@quorate/client/protocol";
import { WebSocketServer } from "ws";
import { forwardedHeader } from "../cluster/forwarder.ts";
import type { Answer } from "../http/answer.ts";
import { assertMayConnect } from "../http/pages.ts";
import { assertPeer } from "../http/peers.ts";
import { Problem, problemOf } from "../http/problem.ts";
import type { Origin } from "../routes/services.ts";
import { clientUrlHeader } from "../watch/peer-streams.ts";
import { ClientConnection } from "./client-connection.ts";
import type { ConnectionContext } from "./client-connection.ts";

const connectionsMax = 1000;

export interface WsListenerOptions {
  readonly origin: Origin;
  /** Others may listen for upgrades of it, too, to other paths. Listening, and closing, is its owner's business. */
  readonly server: Server;
  readonly context: ConnectionContext;
}

/** Where WebSockets of clients, or of peers that carry what clients ask, come in: with the rules of HTTP on that port. */
export class WsListener {
  readonly #options: WsListenerOptions;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<ClientConnection>();

  constructor(options: WsListenerOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.context.limits.messageBytesMax,
    });
    options.server.on("upgrade", this.#upgrade);
  }

  /** Whoever is connected gets the answers to what is under way, for `graceMs` at most; then all are disconnected. */
  async close(graceMs: number): Promise<void> {
    this.#options.server.off("upgrade", this.#upgrade);
    await Promise.all([...this.#connections].map((connection) => connection.close(graceMs)));
  }

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const isOurs = request.url?.split("?", 1)[0] === PROTOCOL_PATH;
    if (!isOurs && this.#options.server.listenerCount("upgrade") > 1) return;
    try {
      if (!isOurs) throw new Problem("NOT_FOUND", `WebSockets are served at ${PROTOCOL_PATH} alone`);
      this.#assertAllowed(request);
    } catch (error) {
      return refuse(socket, problemOf(error).toAnswer());
    }
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
      this.#learnOf(request);
      const connection: ClientConnection = new ClientConnection(accepted, this.#options.context, () =>
        this.#connections.delete(connection),
      );
      this.#connections.add(connection);
    });
  };

  #assertAllowed(request: IncomingMessage): void {
    const { origin, context } = this.#options;
    if (origin === "peer") assertPeer(request, context.services);
    else assertMayConnect(request.headers, context.services.pages);
    const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    if (!protocols.includes(SUBPROTOCOL)) {
      throw new Problem("BAD_REQUEST", `the WebSocket subprotocol must be ${SUBPROTOCOL}`);
    }
    if (this.#connections.size >= connectionsMax) {
      throw new Problem("OVERLOADED", `${connectionsMax} clients are connected over WebSockets`);
    }
  }

  /** A peer says where clients reach it. */
  #learnOf({ headers }: IncomingMessage): void {
    const id = headers[forwardedHeader];
    const url = headers[clientUrlHeader];
    if (this.#options.origin !== "peer" || typeof id !== "string" || typeof url !== "string") return;
    this.#options.context.hints.learn({ id, url });
  }
}

function refuse(socket: Duplex, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ connection: "close", ...headers, "content-length": String(bytes.length) });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]));
}
