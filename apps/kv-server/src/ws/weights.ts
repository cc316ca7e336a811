import type { Request } from "@quorate/client/protocol";
import type { KvQuery } from "@quorate/statemachine-kv";
import type { Admission } from "../http/admission.ts";
import { Problem } from "../http/problem.ts";
import { rangeBytesMax } from "../operations/reading.ts";
import type { Performed } from "./performed.ts";

/** What the answers to one connection's reads may come to, from when they are made until they have left. */
const bytesMax: number = 64 * rangeBytesMax;
/** Most values are smaller; how large one is shows only when it has been read. */
const valueBytes: number = 64 * 1024;

/** What was read takes memory until `release` is called: the answer has left, or never will. */
export interface Held {
  readonly bytes: number;
  readonly release: () => void;
}

export interface Weighed extends Performed {
  readonly held?: Held | undefined;
}

interface Waiting extends EventListenerObject {
  readonly bytes: number;
  readonly begin: () => void;
}

/**
 * Keeps what one connection's reads have found, and is not sent yet, within `bytesMax`, and with that of all connections
 * within what the admission allows. A read begins when what it is expected to find has room; the others wait in order.
 * One that would find more gets to know how much that is, waits for it, and is done again. Writes do not wait.
 */
export class Weights {
  readonly #admission: Admission;
  readonly #waiting = new Set<Waiting>();
  #bytes = 0;

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** What is `held` in it is the caller's to release. Rejects with `OVERLOADED` where there was no room until `signal` aborted. */
  hold(request: Request, perform: (request: Request) => Promise<Performed>, signal: AbortSignal): Promise<Weighed> {
    if (request.type !== "query") return perform(request);
    return this.#read(request.query, (query) => perform({ ...request, query }), signal);
  }

  async #read(query: KvQuery, perform: (query: KvQuery) => Promise<Performed>, signal: AbortSignal): Promise<Weighed> {
    for (let bytes = expectedBytes(query), found = 0; ; bytes = found) {
      if (this.#waiting.size > 0 || !this.#hasRoom(bytes)) await this.#room(bytes, signal);
      else this.#bytes += bytes;
      try {
        this.#admission.assertRoom();
        const performed = await perform(query.type === "get" ? { ...query, bytesMax: bytes } : query);
        found = performed.bytes ?? 0;
        if (!performed.isOmitted && this.#hasRoom(found, bytes)) return { ...performed, held: this.#held(found) };
      } finally {
        this.#release(bytes);
      }
    }
  }

  /** Beside the others, of which `own` is none. What is alone has room, however large it is. */
  #hasRoom(bytes: number, own = 0): boolean {
    const others = this.#bytes - own;
    return others === 0 || others + bytes <= bytesMax;
  }

  #held(bytes: number): Held {
    this.#admission.assertRoom(bytes);
    const left = this.#admission.hold(bytes);
    this.#bytes += bytes;
    const release = (): void => {
      left();
      this.#release(bytes);
    };
    return { bytes, release };
  }

  #room(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (): void =>
        reject(new Problem("OVERLOADED", `answers of ${this.#bytes} bytes wait for this client to read them`));
      if (signal.aborted) return refuse();
      const waiting: Waiting = {
        bytes,
        begin: () => {
          signal.removeEventListener("abort", waiting);
          resolve();
        },
        handleEvent: () => {
          this.#waiting.delete(waiting);
          refuse();
          this.#beginNext();
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener("abort", waiting, { once: true });
    });
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    this.#beginNext();
  }

  #beginNext(): void {
    for (const first of this.#waiting) {
      if (!this.#hasRoom(first.bytes)) return;
      this.#bytes += first.bytes;
      this.#waiting.delete(first);
      first.begin();
    }
  }
}

function expectedBytes(query: KvQuery): number {
  return query.type === "range" ? rangeBytesMax : valueBytes;
}
