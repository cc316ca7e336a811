import type { StateMachine } from "@quorate/raft-core";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function text(value: string): Uint8Array {
  return encoder.encode(value);
}

/** Keeps every command in order. `apply` answers how many there are, `read` all of them from a number on. */
export class TextMachine implements StateMachine<number, number, readonly string[]> {
  #lines: readonly string[] = [];
  readonly indexes: number[] = [];
  snapshots = 0;
  restores = 0;

  get lines(): readonly string[] {
    return this.#lines;
  }

  apply(command: Uint8Array, index: number): number | Promise<number> {
    this.#lines = [...this.#lines, decoder.decode(command)];
    this.indexes.push(index);
    return this.#lines.length;
  }

  read(from: number): readonly string[] | Promise<readonly string[]> {
    return this.#lines.slice(from);
  }

  snapshot(): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
    this.snapshots += 1;
    const bytes = text(JSON.stringify(this.#lines));
    const half = Math.ceil(bytes.length / 2);
    return [bytes.subarray(0, half), bytes.subarray(half)];
  }

  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    let json = "";
    for await (const chunk of chunks) json += decoder.decode(chunk, { stream: true });
    const lines: unknown = JSON.parse(json);
    if (!Array.isArray(lines)) throw new TypeError("not a list of lines");
    this.#lines = lines.map(String);
    this.restores += 1;
  }
}
