import { encodeServerFrame, joinFrames } from "@quorate/client/protocol";
import type { ServerFrame } from "@quorate/client/protocol";
import type { WebSocket } from "ws";
import type { Admission } from "../http/admission.ts";
import type { Performed } from "./performed.ts";

/** Frames of one turn share a message up to this. */
const messageBytes = 256 * 1024;

/** Above this what waits for the client to read it, nothing more is read from it. */
const unreadBytesMax = 1024 * 1024;

export type Answer =
  | Exclude<ServerFrame, { type: "result" }>
  | ({ readonly type: "result"; readonly id: number } & Performed);

export interface AnswersOptions {
  readonly socket: WebSocket;
  readonly admission: Admission;
  /** How far this node has applied the log. */
  readonly appliedIndex: () => number;
  /** The socket has passed something on. */
  readonly sent: () => void;
}

/** What is said to a client: what becomes ready in one turn of the event loop leaves together at its end. */
export class Answers {
  readonly #options: AnswersOptions;
  #waiting: Answer[] = [];

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  push(answer: Answer): void {
    this.#waiting.push(answer);
    if (this.#waiting.length === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0 || this.#options.socket.readyState !== this.#options.socket.OPEN) return;
    // Asked once, and after all of these were ready.
    const ownIndex = this.#options.appliedIndex();
    let frames: Uint8Array[] = [];
    let bytes = 0;
    for (const answer of waiting) {
      const frame = encodeServerFrame(
        answer.type === "result" ? { ...answer, appliedIndex: answer.appliedIndex ?? ownIndex } : answer,
      );
      if (bytes > 0 && bytes + frame.length > messageBytes) {
        this.#send(frames);
        frames = [];
        bytes = 0;
      }
      frames.push(frame);
      bytes += frame.length;
    }
    this.#send(frames);
  }

  #send(frames: readonly Uint8Array[]): void {
    const { socket, admission, sent } = this.#options;
    const message = joinFrames(frames);
    const release = admission.hold(message.length);
    socket.send(message, () => {
      release();
      sent();
      if (socket.isPaused && socket.bufferedAmount < unreadBytesMax) socket.resume();
    });
    if (socket.bufferedAmount >= unreadBytesMax) socket.pause();
  }
}
