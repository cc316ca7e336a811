import { type IncomingMessage, type Server, createServer } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { SUBPROTOCOL } from "./handshake.ts";
import type { ResolvedOptions } from "./options.ts";
import { PATH } from "./socket.ts";

/** Until a connection has shaken hands it may send no more than this. */
const HANDSHAKE_BYTES_MAX = 16 * 1024;

export interface ListenerOwner {
  /** Why no connection is accepted now, if so. */
  busy(): string | undefined;
  accepted(socket: WebSocket, from: string): void;
  /** A connection was turned away before it was one. */
  refused(from: string, reason: string): void;
}

/** Where peers come in: a server of the transport's own, or its part of the application's. */
export class Listener {
  readonly #server: Server;
  readonly #isOwn: boolean;
  readonly #sockets: WebSocketServer;
  readonly #owner: ListenerOwner;

  private constructor(options: ResolvedOptions, owner: ListenerOwner) {
    const { server, limits } = options;
    this.#owner = owner;
    this.#isOwn = server === undefined;
    this.#server = server ?? ownServer(limits.handshakeTimeoutMs);
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytesMax,
    });
    this.#server.on("upgrade", this.#upgrade);
  }

  static async open(options: ResolvedOptions, owner: ListenerOwner): Promise<Listener> {
    const listener = new Listener(options, owner);
    if (options.listen) await listen(listener.#server, options.listen);
    return listener;
  }

  /** Undefined where the application's server does not listen, or not on TCP. */
  get port(): number | undefined {
    const address = this.#server.address();
    return typeof address === "object" ? address?.port : undefined;
  }

  /** No connection comes in from now on; resolves when the port is free, which waits for those that did come in. */
  async close(): Promise<void> {
    this.#server.off("upgrade", this.#upgrade);
    if (!this.#isOwn) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const from = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    const path = request.url?.split("?", 1)[0];
    if (path !== PATH) {
      // Another listener of the application's may want it; without one, nobody would ever answer.
      if (this.#server.listenerCount("upgrade") === 1) this.#refuse(socket, from, "404 Not Found", `no ${path} here`);
      return;
    }
    const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    if (!protocols.includes(SUBPROTOCOL)) {
      return this.#refuse(socket, from, "400 Bad Request", `the subprotocol must be ${SUBPROTOCOL}`);
    }
    const busy = this.#owner.busy();
    if (busy !== undefined) return this.#refuse(socket, from, "503 Service Unavailable", busy);
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
      limitHandshake(socket, accepted);
      this.#owner.accepted(accepted, from);
    });
  };

  #refuse(socket: Duplex, from: string, status: string, reason: string): void {
    socket.on("error", () => socket.destroy());
    socket.once("finish", () => socket.destroy());
    const headers = ["connection: close", "content-type: text/plain", `content-length: ${Buffer.byteLength(reason)}`];
    socket.end(`HTTP/1.1 ${status}\r\n${headers.join("\r\n")}\r\n\r\n${reason}`);
    this.#owner.refused(from, reason);
  }
}

function ownServer(handshakeTimeoutMs: number): Server {
  const timeouts = { headersTimeout: handshakeTimeoutMs, requestTimeout: handshakeTimeoutMs };
  return createServer({ ...timeouts, connectionsCheckingInterval: 1000, keepAliveTimeout: 1 }, (_request, response) => {
    response.writeHead(426, { connection: "close", "content-type": "text/plain", upgrade: "websocket" });
    response.end("This is a Raft node's port for its peers.\n");
  });
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(new Error(`cannot listen for peers on ${host}:${port}: ${error.message}`, { cause: error }));
    };
    server.once("error", failed);
    server.listen({ host, port }, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

/** Ends a connection that sends more than a handshake before its own is done: nothing that large is ever buffered. */
function limitHandshake(stream: Duplex, socket: WebSocket): void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > HANDSHAKE_BYTES_MAX) socket.terminate();
  };
  const stop = (): void => {
    stream.off("data", count);
  };
  stream.on("data", count);
  socket.once("message", stop);
  socket.once("close", stop);
}
