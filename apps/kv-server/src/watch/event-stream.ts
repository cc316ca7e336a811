import type { ServerResponse } from "node:http";
import type { ClusterMessage } from "@quorate/dashboard/report";

const heartbeatMs = 15_000;

/** Of what has not left this process yet. A page that reads takes it at once. */
const bytesMaxDefault = 1024 * 1024;

export interface EventStreamOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytesMax?: number;
}

/**
 * One listener: a response of server-sent events. Whoever reads too slowly is cut off, rather than kept in memory; it
 * comes back by itself.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #bytesMax: number;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(response: ServerResponse, { headers, bytesMax = bytesMaxDefault }: EventStreamOptions) {
    this.#response = response;
    this.#bytesMax = bytesMax;
    response.writeHead(200, {
      ...headers,
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // A proxy is not to collect what is meant to be seen at once.
      "x-accel-buffering": "no",
    });
    response.on("error", () => response.destroy());
    this.#heartbeat = setInterval(() => this.#write(": still here\n\n"), heartbeatMs).unref();
    response.once("close", () => clearInterval(this.#heartbeat));
    this.#write("retry: 1000\n\n");
  }

  /** Calls `listener` once the other side is gone, or `close` has taken effect. */
  onClose(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#response.once("close", listener);
  }

  send(message: ClusterMessage, token?: string): void {
    this.sendText(JSON.stringify(message), token);
  }

  /** `text` is a message as JSON, on one line. */
  sendText(text: string, token?: string): void {
    this.#write(`${token === undefined ? "" : `id: ${token}\n`}data: ${text}\n\n`);
  }

  close(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(text);
    if (this.#response.writableLength > this.#bytesMax) this.#response.destroy();
  }
}
