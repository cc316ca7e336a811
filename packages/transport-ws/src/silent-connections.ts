import type { Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import type { Socket } from "node:net";

/** Connections that have asked for nothing yet. */
const SILENT_MAX = 512;

/** Of too many connections on which nothing was asked for yet the oldest ends: it has had the most time. */
export class SilentConnections {
  readonly #server: Server | TlsServer;
  readonly #isKnown: (socket: Socket) => boolean;
  /** By where they come from: behind TLS a request tells of another socket than the connection does. */
  readonly #silent = new Map<string, Socket>();

  /** `isKnown`: it was handed to the server as a connection by who has heard it already. */
  constructor(server: Server | TlsServer, isKnown: (socket: Socket) => boolean) {
    this.#server = server;
    this.#isKnown = isKnown;
    server.on("connection", this.#connected);
  }

  /** Something was asked for on it. */
  heard(socket: Socket): void {
    this.#silent.delete(placeOf(socket));
  }

  stop(): void {
    this.#server.off("connection", this.#connected);
    this.#silent.clear();
  }

  readonly #connected = (socket: Socket): void => {
    if (this.#isKnown(socket)) return;
    const place = placeOf(socket);
    this.#silent.set(place, socket);
    socket.once("close", () => this.#silent.delete(place));
    const [oldest] = this.#silent;
    if (!oldest || this.#silent.size <= SILENT_MAX) return;
    this.#silent.delete(oldest[0]);
    oldest[1].destroy();
  };
}

/** Where a connection comes from. */
export function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
