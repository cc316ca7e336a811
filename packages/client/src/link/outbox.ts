import type { Clock } from "@quorate/raft-core";
import { joinFrames } from "../protocol/codec.ts";

/**
 * Frames of one turn share a message up to this. A full one leaves at once: the node begins with it while this side is
 * still busy with the next.
 */
const MESSAGE_BYTES = 16 * 1024;

interface Waiting {
  readonly frame: Uint8Array;
  /** Called when the frame is given to the socket. */
  readonly left: (() => void) | undefined;
}

/** What is said during a turn of the event loop leaves together, at its end at the latest. */
export class Outbox {
  readonly #clock: Clock;
  readonly #send: (message: Uint8Array<ArrayBuffer>) => void;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #isDue = false;

  constructor(clock: Clock, send: (message: Uint8Array<ArrayBuffer>) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  push(frame: Uint8Array, left?: () => void): void {
    if (this.#bytes + frame.length > MESSAGE_BYTES) this.flush();
    this.#waiting.push({ frame, left });
    this.#bytes += frame.length;
    if (this.#isDue) return;
    this.#isDue = true;
    this.#clock.endOfTurn(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.clear();
    for (const { left } of waiting) left?.();
    this.#send(joinFrames(waiting.map(({ frame }) => frame)));
  }

  /** Nothing of it leaves any more. */
  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}
