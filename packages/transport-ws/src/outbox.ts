import type { Encoded } from "./codec.ts";

interface Waiting {
  readonly encoded: Encoded;
  /** Counts up over both queues. */
  readonly order: number;
}

/** First in, first out, in constant time. */
class Fifo {
  #items: (Waiting | undefined)[] = [];
  #first = 0;

  get first(): Waiting | undefined {
    return this.#items[this.#first];
  }

  push(waiting: Waiting): void {
    this.#items.push(waiting);
  }

  shift(): void {
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }
}

/**
 * Messages that wait for a socket to take them, in order. What has to go goes in the order of its use: the oldest
 * heartbeats first, which the next one makes up for, then the oldest of the rest.
 */
export class Outbox {
  readonly #heartbeats = new Fifo();
  readonly #rest = new Fifo();
  #pushed = 0;
  #bytes = 0;

  /** Of all that waits. */
  get bytes(): number {
    return this.#bytes;
  }

  push(encoded: Encoded): void {
    const isHeartbeat = encoded.type === "heartbeat" || encoded.type === "heartbeat-reply";
    this.#pushed += 1;
    (isHeartbeat ? this.#heartbeats : this.#rest).push({ encoded, order: this.#pushed });
    this.#bytes += encoded.bytes;
  }

  /** Drops until at most `bytesMax` wait, and returns how many messages went. */
  trim(bytesMax: number): number {
    let dropped = 0;
    while (this.#bytes > bytesMax) {
      this.#shift(this.#heartbeats.first ? this.#heartbeats : this.#rest);
      dropped += 1;
    }
    return dropped;
  }

  /** Takes as many messages as fit in about `bytesMax`, at least one, as one frame; undefined when nothing waits. */
  takeFrame(bytesMax: number): Uint8Array | undefined {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const queue = this.#next();
      const encoded = queue?.first?.encoded;
      if (!queue || !encoded || (bytes > 0 && bytes + encoded.bytes > bytesMax)) break;
      for (const piece of encoded.pieces) pieces.push(piece);
      bytes += encoded.bytes;
      this.#shift(queue);
    }
    return pieces.length > 1 ? Buffer.concat(pieces, bytes) : pieces[0];
  }

  /** The queue whose first message is the older one. */
  #next(): Fifo | undefined {
    const heartbeat = this.#heartbeats.first;
    const other = this.#rest.first;
    if (!heartbeat) return other && this.#rest;
    return other && other.order < heartbeat.order ? this.#rest : this.#heartbeats;
  }

  #shift(queue: Fifo): void {
    this.#bytes -= queue.first?.encoded.bytes ?? 0;
    queue.shift();
  }
}
