import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import {
  type ClientFrame,
  PROTOCOL_PATH,
  SUBPROTOCOL,
  type Welcome,
  decodeClientFrames,
  encodeServerFrame,
  joinFrames,
} from "@quorate/client/protocol";
import { assertCommand } from "@quorate/statemachine-kv";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Answer } from "./leader.ts";

/** As `kv-server` has it. */
const MESSAGE_BYTES = 256 * 1024;
const VALUE_BYTES_MAX = 1024 * 1024;
const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;

export interface ClientPortOptions {
  readonly server: Server;
  readonly welcome: Omit<Welcome, "limits" | "silenceMsMax" | "version">;
  readonly take: (command: Uint8Array, answer: Answer) => void;
  /** A client asks what is not served here. */
  readonly failed: (error: unknown) => void;
}

/** Speaks the client's protocol as far as puts go: the same frames, one message for each turn of the event loop. */
export class ClientPort {
  readonly #options: ClientPortOptions;
  readonly #sockets: WebSocketServer;

  constructor(options: ClientPortOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: PAYLOAD_BYTES_MAX,
      handleProtocols: () => SUBPROTOCOL,
    });
  }

  /** From now on clients are let in. */
  open(): void {
    this.#options.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.url !== PROTOCOL_PATH) return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#connected(accepted));
    });
  }

  #connected(socket: WebSocket): void {
    const { failed } = this.#options;
    const answers = new Answers(socket);
    socket.on("error", () => socket.terminate());
    socket.on("message", (data: RawData) => {
      try {
        if (!(data instanceof Buffer)) throw new TypeError("a message in pieces");
        const frames = decodeClientFrames(new Uint8Array(data.buffer, data.byteOffset, data.length));
        for (const frame of frames) this.#hear(frame, answers);
      } catch (error) {
        failed(error);
      }
    });
  }

  #hear(frame: ClientFrame, answers: Answers): void {
    const { welcome, take } = this.#options;
    switch (frame.type) {
      case "hello": {
        const limits = {
          requestsMax: 65_536,
          bytesMax: 2 ** 28,
          messageBytesMax: 2 ** 22,
          valueBytesMax: VALUE_BYTES_MAX,
        };
        const greeting: Welcome = { version: 1, ...welcome, limits, silenceMsMax: 20_000 };
        answers.push(encodeServerFrame({ type: "welcome", welcome: greeting }));
        return;
      }
      case "ping":
        answers.push(encodeServerFrame({ type: "pong" }));
        return;
      case "cancel":
        return;
      case "request": {
        const { id, request } = frame;
        if (request.type !== "command") throw new TypeError(`a ${request.type}, but the floor only puts`);
        assertCommand(request.command, { valueBytesMax: VALUE_BYTES_MAX });
        take(request.command, (index, revision) => {
          answers.push(
            encodeServerFrame({
              type: "result",
              id,
              appliedIndex: index,
              result: { type: "put", revision },
            }),
          );
        });
      }
    }
  }
}

/** What becomes ready in one turn leaves together at its end. */
class Answers {
  readonly #socket: WebSocket;
  #frames: Uint8Array[] = [];
  #bytes = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  push(frame: Uint8Array): void {
    if (this.#bytes > 0 && this.#bytes + frame.length > MESSAGE_BYTES) this.#flush();
    this.#frames.push(frame);
    this.#bytes += frame.length;
    if (this.#frames.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#frames.length === 0) return;
    const message = joinFrames(this.#frames);
    this.#frames = [];
    this.#bytes = 0;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message);
  }
}
