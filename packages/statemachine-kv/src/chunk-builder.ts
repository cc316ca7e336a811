import type { Key } from "./bytes.ts";

const TWO_32 = 2 ** 32;

/** Fills one chunk after the other, front to back, integers little-endian. Whoever writes sees to it that there is room. */
export class ChunkBuilder {
  readonly #sizeBytes: number;
  #bytes: Uint8Array;
  #view: DataView;
  #used = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#bytes = new Uint8Array(sizeBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get room(): number {
    return this.#sizeBytes - this.#used;
  }

  uint8(value: number): void {
    this.#view.setUint8(this.#used, value);
    this.#used += 1;
  }

  uint16(value: number): void {
    this.#view.setUint16(this.#used, value, true);
    this.#used += 2;
  }

  uint32(value: number): void {
    this.#view.setUint32(this.#used, value, true);
    this.#used += 4;
  }

  /** A safe integer ≥ 0, in eight bytes. */
  integer(value: number): void {
    this.uint32(value % TWO_32);
    this.uint32(Math.floor(value / TWO_32));
  }

  key(key: Key): void {
    for (let i = 0; i < key.length; i++) this.#bytes[this.#used + i] = key.charCodeAt(i);
    this.#used += key.length;
  }

  /** Takes as much as there is room for and returns the rest. */
  bytes(bytes: Uint8Array): Uint8Array {
    const fitting = bytes.subarray(0, this.room);
    this.#bytes.set(fitting, this.#used);
    this.#used += fitting.length;
    return bytes.subarray(fitting.length);
  }

  /** What was written since the last `take`. Its memory is the caller's from now on. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#used);
    this.#bytes = new Uint8Array(this.#sizeBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#used = 0;
    return taken;
  }
}
