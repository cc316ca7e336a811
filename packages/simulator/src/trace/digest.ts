/** A running hash of everything that happens: two runs with the same digest have had the same history. */
export class TraceDigest {
  #a = 0x9e3779b9;
  #b = 0x85ebca6b;

  add(value: number): void {
    // Times are fractions, and terms and indexes may need more than 32 bits.
    const low = value * 1024;
    const high = Math.floor(low / 2 ** 32);
    this.#mix(low | 0);
    if (high !== 0) this.#mix(high | 0);
  }

  addText(text: string): void {
    for (let at = 0; at < text.length; at += 1) this.#mix(text.charCodeAt(at));
  }

  /** 64 bits as 16 hexadecimal digits. */
  toString(): string {
    return hex(this.#a ^ (this.#b >>> 13)) + hex(this.#b ^ (this.#a >>> 16));
  }

  #mix(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x01000193);
    this.#b = Math.imul(this.#b ^ word ^ (this.#a >>> 15), 0x5bd1e995);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
