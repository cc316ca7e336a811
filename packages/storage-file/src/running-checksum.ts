import { crc32 } from "node:zlib";

/** CRC-32 of pieces that follow one another; those that lie side by side in memory are summed up in one call. */
export class RunningChecksum {
  #summed: number;
  #memory: ArrayBufferLike = new ArrayBuffer(0);
  /** What is not summed up yet. */
  #fromBytes = 0;
  #toBytes = 0;

  /** Goes on from the checksum of all that precedes. */
  constructor(before = 0) {
    this.#summed = before;
  }

  /** The bytes must not change before `value` was asked for. */
  add({ buffer, byteOffset, length }: Uint8Array): void {
    if (buffer !== this.#memory || byteOffset !== this.#toBytes) {
      this.#sumUp();
      this.#memory = buffer;
      this.#fromBytes = byteOffset;
    }
    this.#toBytes = byteOffset + length;
  }

  get value(): number {
    this.#sumUp();
    return this.#summed;
  }

  #sumUp(): void {
    if (this.#fromBytes === this.#toBytes) return;
    const bytes = new Uint8Array(this.#memory, this.#fromBytes, this.#toBytes - this.#fromBytes);
    this.#summed = crc32(bytes, this.#summed);
    this.#fromBytes = this.#toBytes;
  }
}
