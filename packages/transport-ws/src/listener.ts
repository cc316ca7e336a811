import { type IncomingMessage, type Server, createServer } from "node:http";
import { Server as TlsServer, createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type WebSocket, WebSocketServer } from "ws";
import type { Credentials } from "./credentials.ts";
import { SUBPROTOCOL } from "./handshake.ts";
import type { InboundOptions } from "./inbound.ts";
import type { ResolvedOptions } from "./options.ts";
import { SilentConnections, placeOf } from "./silent-connections.ts";
import { PATH, STREAM_PATH } from "./socket.ts";
import { STREAM_PROTOCOL, type StreamRequest } from "./stream-door.ts";
import { certifiedNames, isEncrypted, serverTls } from "./tls.ts";
import { refusalText } from "./failure.ts";

/** Until a connection has shaken hands it may send no more than this. */
const HANDSHAKE_BYTES_MAX = 16 * 1024;

export interface ListenerOwner {
  /** Why no connection is accepted now, if so. */
  busy(): string | undefined;
  /** Those that count now. */
  credentials(): Credentials;
  accepted(options: InboundOptions): void;
  /** A peer asks for a stream. Undefined where there are none. */
  readonly streamed: ((request: StreamRequest) => void) | undefined;
  /** It is a stream that was accepted here. */
  readonly isStream: (socket: Duplex) => boolean;
  /** It listens at `host`, or a connection came in from there, in plain text. */
  readable(host: string | undefined): void;
  /** A connection was turned away before it was one. */
  refused(from: string, reason: string): void;
  /** A connection came to nothing in TLS. */
  unproven(from: string, reason: string): void;
}

/** Where peers come in: a server of the transport's own, or its part of the application's. */
export class Listener {
  readonly #server: Server | TlsServer;
  readonly #isOwn: boolean;
  readonly #sockets: WebSocketServer;
  readonly #owner: ListenerOwner;
  /** Where all connections are for the transport. */
  readonly #silent: SilentConnections | undefined;

  private constructor(options: ResolvedOptions, owner: ListenerOwner) {
    const { server, limits, credentials, peersOnly } = options;
    this.#owner = owner;
    this.#isOwn = server === undefined;
    this.#server = server ?? ownServer(limits.handshakeTimeoutMs, credentials);
    if (!server || peersOnly) this.#silent = new SilentConnections(this.#server, owner.isStream);
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytesMax,
    });
    this.#server.on("upgrade", this.#upgrade).on("tlsClientError", this.#unsecured);
    if (this.#server.listening) this.#listening();
    else this.#server.once("listening", this.#listening);
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

  /** From now on connections are made with these. An application's server is the application's to tell. */
  setCredentials({ tls }: Credentials): void {
    if (this.#isOwn && tls && "setSecureContext" in this.#server) this.#server.setSecureContext(serverTls(tls));
  }

  /** No connection comes in from now on; resolves when the port is free, which waits for those that did come in. */
  async close(): Promise<void> {
    this.#server.off("upgrade", this.#upgrade).off("listening", this.#listening).off("tlsClientError", this.#unsecured);
    this.#silent?.stop();
    if (!this.#isOwn) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  readonly #unsecured = (error: Error, socket: TLSSocket): void => {
    const reason = refusalText(error, socket);
    if (reason !== undefined) this.#owner.unproven(placeOf(socket), reason);
  };

  readonly #listening = (): void => {
    const address = this.#server.address();
    const isPlain = !(this.#server instanceof TlsServer);
    if (isPlain && typeof address === "object" && address) this.#owner.readable(address.address);
  };

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const from = placeOf(request.socket);
    this.#silent?.heard(request.socket);
    const path = request.url?.split("?", 1)[0];
    const isStream = path === STREAM_PATH && this.#owner.streamed !== undefined;
    if (path !== PATH && !isStream) {
      // Another listener of the application's may want it; without one, nobody would ever answer.
      if (this.#server.listenerCount("upgrade") === 1) this.#refuse(socket, from, "404 Not Found", `no ${path} here`);
      return;
    }
    const { tls } = this.#owner.credentials();
    if (tls && !isEncrypted(request)) return this.#refuse(socket, from, "426 Upgrade Required", "only with TLS");
    if (!isEncrypted(request)) this.#owner.readable(request.socket.remoteAddress);
    const busy = this.#owner.busy();
    if (busy !== undefined) return this.#refuse(socket, from, "503 Service Unavailable", busy);
    const certified = certifiedNames(request, tls);
    if (isStream) return this.#stream(request, { socket, head, from, certified });
    const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    if (!protocols.includes(SUBPROTOCOL)) {
      return this.#refuse(socket, from, "400 Bad Request", `the subprotocol must be ${SUBPROTOCOL}`);
    }
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
      const greeted = limitHandshake(socket, accepted);
      this.#owner.accepted({ socket: accepted, from, certified, greeted });
    });
  };

  #stream({ headers }: IncomingMessage, request: StreamRequest): void {
    if (headers.upgrade === STREAM_PROTOCOL) return this.#owner.streamed?.(request);
    this.#refuse(request.socket, request.from, "400 Bad Request", `the protocol must be ${STREAM_PROTOCOL}`);
  }

  #refuse(socket: Duplex, from: string, status: string, reason: string): void {
    socket.on("error", () => socket.destroy());
    socket.once("finish", () => socket.destroy());
    const headers = ["connection: close", "content-type: text/plain", `content-length: ${Buffer.byteLength(reason)}`];
    socket.end(`HTTP/1.1 ${status}\r\n${headers.join("\r\n")}\r\n\r\n${reason}`);
    this.#owner.refused(from, reason);
  }
}

function ownServer(handshakeTimeoutMs: number, { tls }: Credentials): Server | TlsServer {
  const timeouts = { headersTimeout: handshakeTimeoutMs, requestTimeout: handshakeTimeoutMs };
  const options = { ...timeouts, connectionsCheckingInterval: 1000, keepAliveTimeout: 1 };
  const server = tls ? createTlsServer({ ...options, ...serverTls(tls) }) : createServer(options);
  return server.on("request", (_request, response) => {
    response.writeHead(426, { connection: "close", "content-type": "text/plain", upgrade: "websocket" });
    response.end("This is a Raft node's port for its peers.\n");
  });
}

async function listen(server: Server | TlsServer, { host, port }: { host: string; port: number }): Promise<void> {
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

/**
 * Ends a connection that sends more than a handshake before its own is done: nothing that large is ever buffered. To be
 * called when it is.
 */
function limitHandshake(stream: Duplex, socket: WebSocket): () => void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > HANDSHAKE_BYTES_MAX) socket.terminate();
  };
  const stop = (): void => {
    stream.off("data", count);
  };
  stream.on("data", count);
  socket.once("close", stop);
  return stop;
}
