import type { Duplex } from "node:stream";
import { Malformed } from "./malformed.ts";

const LENGTH_BYTES = 2;
/** No word of a handshake is longer. */
const WORD_BYTES_MAX = 4096;

export interface WordsListener {
  heard(word: Uint8Array): void;
  /** The stream says what belongs to no handshake. */
  failed(reason: string): void;
  /** The stream has ended, or broke off. */
  ended(reason: string): void;
}

/** The words of a handshake on a stream of bytes, each behind its length, until the stream is the application's. */
export class StreamWords {
  readonly #stream: Duplex;
  readonly #listener: WordsListener;
  #rest: Buffer = Buffer.alloc(0);
  #isReleased = false;

  constructor(stream: Duplex, listener: WordsListener) {
    this.#stream = stream;
    this.#listener = listener;
  }

  /** `head`: what has been read of the stream already. */
  begin(head: Buffer): void {
    const stream = this.#stream;
    stream.on("data", this.#arrived).on("end", this.#ended).on("close", this.#ended).on("error", this.#broke);
    this.#arrived(head);
  }

  say(word: Uint8Array): void {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16LE(word.length);
    this.#stream.write(Buffer.concat([length, word]));
  }

  /** The handshake is over; what has come behind it is the stream's again. */
  release(): Duplex {
    this.#isReleased = true;
    const stream = this.#stream.pause();
    stream.off("data", this.#arrived).off("end", this.#ended).off("close", this.#ended).off("error", this.#broke);
    // Whoever takes it over may do so a moment later; if it breaks until then, that is told by its end.
    stream.on("error", () => undefined);
    if (this.#rest.length > 0) stream.unshift(this.#rest);
    return stream;
  }

  readonly #arrived = (bytes: Buffer): void => {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    try {
      for (let word = this.#next(); word !== undefined; word = this.#next()) this.#listener.heard(word);
    } catch (error) {
      if (this.#isReleased) return;
      this.#listener.failed(error instanceof Error ? error.message : String(error));
    }
  };

  #next(): Uint8Array | undefined {
    if (this.#isReleased || this.#rest.length < LENGTH_BYTES) return undefined;
    const end = LENGTH_BYTES + this.#rest.readUInt16LE(0);
    if (end > WORD_BYTES_MAX) throw new Malformed("a handshake that is too long");
    if (this.#rest.length < end) return undefined;
    const word = new Uint8Array(this.#rest.subarray(LENGTH_BYTES, end));
    this.#rest = this.#rest.subarray(end);
    return word;
  }

  readonly #ended = (): void => this.#end("the connection has ended");

  readonly #broke = (error: Error): void => this.#end(error.message);

  #end(reason: string): void {
    if (!this.#isReleased) this.#listener.ended(reason);
  }
}
