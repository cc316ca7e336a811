import { encodeServerFrame, joinFrames } from "@quorate/client/protocol";
import type { ServerFrame } from "@quorate/client/protocol";
import type { WebSocket } from "ws";
import type { Admission } from "../http/admission.ts";
import type { Held, Weighed } from "./weights.ts";

/** Frames of one turn share a message up to this. */
const messageBytes = 256 * 1024;

/** Above this what waits for the client to read it, nothing more is read from it. */
const unreadBytesMax = 1024 * 1024;

export type Answer =
  | Exclude<ServerFrame, { type: "result" }>
  | ({ readonly type: "result"; readonly id: number } & Weighed);

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
    if (waiting.length === 0) return;
    if (this.#options.socket.readyState !== this.#options.socket.OPEN) {
      for (const answer of waiting) heldBy(answer)?.release();
      return;
    }
    // Asked once, and after all of these were ready.
    const ownIndex = this.#options.appliedIndex();
    let frames: Uint8Array[] = [];
    let held: Held[] = [];
    let bytes = 0;
    for (const answer of waiting) {
      const frame = encodeServerFrame(
        answer.type === "result" ? { ...answer, appliedIndex: answer.appliedIndex ?? ownIndex } : answer,
      );
      if (bytes > 0 && bytes + frame.length > messageBytes) {
        this.#send(frames, held);
        frames = [];
        held = [];
        bytes = 0;
      }
      frames.push(frame);
      bytes += frame.length;
      const own = heldBy(answer);
      if (own !== undefined) held.push(own);
    }
    this.#send(frames, held);
  }

  /** `held`: what is counted already of what is in the frames. */
  #send(frames: readonly Uint8Array[], held: readonly Held[]): void {
    const { socket, admission, sent } = this.#options;
    const message = joinFrames(frames);
    const counted = held.reduce((sum, { bytes }) => sum + bytes, 0);
    const release = admission.hold(Math.max(0, message.length - counted));
    socket.send(message, () => {
      release();
      for (const each of held) each.release();
      sent();
      if (socket.isPaused && socket.bufferedAmount < unreadBytesMax) socket.resume();
    });
    if (socket.bufferedAmount >= unreadBytesMax) socket.pause();
  }
}

function heldBy(answer: Answer): Held | undefined {
  return answer.type === "result" ? answer.held : undefined;
}
