/** The bytes of a file: as long as what was written to it, zeros where nothing was. */
export class FileBytes {
  #buffer: Uint8Array;
  #sizeBytes: number;

  constructor(buffer: Uint8Array = new Uint8Array(256), sizeBytes = 0) {
    this.#buffer = buffer;
    this.#sizeBytes = sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  clone(): FileBytes {
    return new FileBytes(this.#buffer.slice(0, Math.max(256, this.#sizeBytes)), this.#sizeBytes);
  }

  /** How many bytes there were to read. */
  read(target: Uint8Array, offsetBytes: number): number {
    const end = Math.min(this.#sizeBytes, offsetBytes + target.length);
    if (end <= offsetBytes) return 0;
    target.set(this.#buffer.subarray(offsetBytes, end));
    return end - offsetBytes;
  }

  includes(bytes: Uint8Array): boolean {
    const held = Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset, this.#sizeBytes);
    return held.lastIndexOf(bytes) >= 0;
  }

  write(data: Uint8Array, offsetBytes: number): void {
    const end = offsetBytes + data.length;
    this.#reserve(end);
    this.#buffer.set(data, offsetBytes);
    this.#sizeBytes = Math.max(this.#sizeBytes, end);
  }

  truncate(sizeBytes: number): void {
    this.#reserve(sizeBytes);
    if (sizeBytes < this.#sizeBytes) this.#buffer.fill(0, sizeBytes, this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
  }

  flipBit(offsetBytes: number, bit: number): void {
    this.#buffer[offsetBytes] = (this.#buffer[offsetBytes] ?? 0) ^ (1 << bit);
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(sizeBytes, 2 * this.#buffer.length));
    grown.set(this.#buffer.subarray(0, this.#sizeBytes));
    this.#buffer = grown;
  }
}
