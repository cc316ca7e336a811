import type { Clock } from "@quorate/raft-core";
import { joinFrames } from "../protocol/codec.ts";

/** Frames of one turn share a message up to this. */
const MESSAGE_BYTES = 256 * 1024;

interface Waiting {
  readonly frame: Uint8Array;
  /** Called when the frame is given to the socket. */
  readonly left: (() => void) | undefined;
}

/** What is said during a turn of the event loop leaves together at its end. */
export class Outbox {
  readonly #clock: Clock;
  readonly #send: (message: Uint8Array<ArrayBuffer>) => void;
  #waiting: Waiting[] = [];
  #isDue = false;

  constructor(clock: Clock, send: (message: Uint8Array<ArrayBuffer>) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  push(frame: Uint8Array, left?: () => void): void {
    this.#waiting.push({ frame, left });
    if (this.#isDue) return;
    this.#isDue = true;
    this.#clock.endOfTurn(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    let frames: Uint8Array[] = [];
    let bytes = 0;
    for (const { frame, left } of waiting) {
      if (bytes > 0 && bytes + frame.length > MESSAGE_BYTES) {
        this.#send(joinFrames(frames));
        frames = [];
        bytes = 0;
      }
      frames.push(frame);
      bytes += frame.length;
      left?.();
    }
    if (frames.length > 0) this.#send(joinFrames(frames));
  }

  /** Nothing of it leaves any more. */
  clear(): void {
    this.#waiting = [];
  }
}
