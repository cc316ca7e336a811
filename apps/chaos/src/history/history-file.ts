import { createWriteStream, readFileSync } from "node:fs";
import type { WriteStream } from "node:fs";
import { once } from "node:events";
import type { HistoryLine } from "./operation.ts";

/** A history as it comes about: kept in memory, and written to a file line by line, as JSON. */
export class HistoryWriter {
  readonly lines: HistoryLine[] = [];
  readonly #stream: WriteStream;
  #error: Error | undefined;

  constructor(file: string) {
    this.#stream = createWriteStream(file);
    this.#stream.on("error", (error) => (this.#error ??= error));
  }

  record(line: HistoryLine): void {
    this.lines.push(line);
    this.#stream.write(`${JSON.stringify(line)}\n`);
  }

  /** Rejects where the file could not be written. */
  async close(): Promise<void> {
    this.#stream.end();
    if (this.#error === undefined) await once(this.#stream, "close");
    if (this.#error !== undefined) throw this.#error;
  }
}

/** Throws an error that names the line where there is something else in the file. */
export function readHistory(file: string): readonly HistoryLine[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((text, i) => {
    if (text === "") return [];
    try {
      return [JSON.parse(text) as HistoryLine];
    } catch (error) {
      throw new TypeError(`${file}:${i + 1} is no operation`, { cause: error });
    }
  });
}
