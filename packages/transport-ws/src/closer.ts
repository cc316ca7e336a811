import type { Clock } from "@quorate/raft-core";
import { WebSocket } from "ws";
import { type CloseCode, closeReason } from "./handshake.ts";

/** So many may take their time to say goodbye; who comes on top of them is cut off. */
const CLOSING_MAX = 128;

/** Ends connections, and knows which have not ended yet. */
export class Closer {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #closing = new Set<Promise<void>>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Says why and waits for the peer to say the same, but not for long; resolves when the connection is gone. */
  async close(socket: WebSocket, code: CloseCode, reason: string): Promise<void> {
    const gone = this.#gone(socket);
    this.#closing.add(gone);
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(code, closeReason(reason));
    if (this.#closing.size > CLOSING_MAX) socket.terminate();
    await gone;
    this.#closing.delete(gone);
  }

  /** Resolves when everything that is being closed is gone. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #gone(socket: WebSocket): Promise<void> {
    if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(this.#timeoutMs, () => socket.terminate());
      socket.once("close", () => {
        cancel();
        resolve();
      });
    });
  }
}
