import { SUBPROTOCOL, decodeServerFrames, encodeClientFrame, joinFrames } from "@quorate/client/protocol";
import type { ClientFrame, Request, ServerFrame } from "@quorate/client/protocol";
import { WebSocket } from "ws";
import type { ClientOptions } from "ws";
import { until } from "../processes/until.ts";

/** A client that says what a test wants it to say. */
export class RawClient implements Disposable {
  readonly socket: WebSocket;
  /** Each message that came, with its frames. */
  readonly messages: (readonly ServerFrame[])[] = [];
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>;
  /** What the server answered instead of a WebSocket. */
  refusal: { readonly status: number; readonly body: string } | undefined;

  constructor(origin: string, options: ClientOptions & { readonly path?: string; readonly subprotocol?: string } = {}) {
    const { path = "/v1/ws", subprotocol = SUBPROTOCOL, ...rest } = options;
    this.socket = new WebSocket(`${origin.replace("http", "ws")}${path}`, subprotocol, rest);
    this.socket.on("message", (data: Buffer) => this.messages.push(decodeServerFrames(new Uint8Array(data))));
    this.socket.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
      this.socket.on("unexpected-response", (_request, response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("end", () => {
          this.refusal = { status: response.statusCode ?? 0, body };
          resolve({ code: 0, reason: "refused" });
        });
      });
    });
  }

  get frames(): readonly ServerFrame[] {
    return this.messages.flat();
  }

  async opened(): Promise<void> {
    await until("the socket to be open", () => this.socket.readyState === WebSocket.OPEN);
  }

  async greeted(): Promise<void> {
    await this.opened();
    this.say({ type: "hello", hello: { versionMin: 1, versionMax: 1, clientId: "raw" } });
    await this.heard("welcome");
  }

  say(...frames: readonly ClientFrame[]): void {
    this.socket.send(joinFrames(frames.map(encodeClientFrame)));
  }

  ask(id: number, request: Request, remainingMs = 5000): void {
    this.say({ type: "request", id, remainingMs, request });
  }

  heard<Type extends ServerFrame["type"]>(type: Type, id?: number): Promise<Extract<ServerFrame, { type: Type }>> {
    return until(`a ${type} ${id ?? ""}`, () =>
      this.frames.find(
        (frame): frame is Extract<ServerFrame, { type: Type }> =>
          frame.type === type && (id === undefined || ("id" in frame && frame.id === id)),
      ),
    );
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}
