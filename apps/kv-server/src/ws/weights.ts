import type { Request } from "@quorate/client/protocol";
import { rangeBytesMax } from "../operations/reading.ts";

/** What the answers to one connection's reads may be expected to come to, all that are under way together. */
const bytesMax: number = 64 * rangeBytesMax;
/** Most values are smaller; how large one is shows only when it has been read. */
const valueBytes: number = 64 * 1024;

/** Lets reads begin only as long as their answers find room in memory; the others wait in order. Writes do not wait. */
export class Weights {
  readonly #waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  #bytes = 0;

  hold<T>(request: Request, perform: () => Promise<T>): Promise<T> {
    const bytes = weightOf(request);
    return bytes === 0 ? perform() : this.#holdBytes(bytes, perform);
  }

  async #holdBytes<T>(bytes: number, perform: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || this.#bytes + bytes > bytesMax) {
      await new Promise<void>((begin) => this.#waiting.push({ bytes, begin }));
    } else {
      this.#bytes += bytes;
    }
    try {
      return await perform();
    } finally {
      this.#bytes -= bytes;
      this.#beginNext();
    }
  }

  #beginNext(): void {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (this.#bytes + first.bytes > bytesMax) return;
      this.#bytes += first.bytes;
      this.#waiting.shift();
      first.begin();
    }
  }
}

function weightOf(request: Request): number {
  if (request.type !== "query") return 0;
  return request.query.type === "range" ? rangeBytesMax : valueBytes;
}
