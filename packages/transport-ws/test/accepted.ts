import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** Every connection that this process accepts: what a test cannot see from its own end. */
export class Accepted {
  readonly #sockets = new Set<Socket>();
  /** From which ports those came that have ended; a socket itself would hold memory. */
  readonly #ended = new Set<number | undefined>();
  readonly #listener = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    this.#sockets.add(socket);
    const { remotePort } = socket;
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#ended.add(remotePort);
    });
  };

  constructor() {
    subscribe("net.server.socket", this.#listener);
  }

  stop(): void {
    unsubscribe("net.server.socket", this.#listener);
  }

  get all(): Iterable<Socket> {
    return this.#sockets;
  }

  to(port: number): Socket[] {
    return [...this.#sockets].filter((socket) => socket.localPort === port);
  }

  /** Whether so many bytes have come from `peer`, or its connection has ended here already. */
  hasReceived(bytes: number, { localPort }: Socket): boolean {
    const socket = [...this.#sockets].find(({ remotePort }) => remotePort === localPort);
    return socket === undefined ? this.#ended.has(localPort) : socket.bytesRead >= bytes;
  }
}
