import type { Random } from "@quorate/raft-core";
import { type BackOffOptions, backOffMs } from "./back-off.ts";

interface Failed {
  count: number;
  untilMs: number;
}

/** How long each URL is to be left alone, after what became of the connections to it. */
export class FailedDials {
  readonly #random: Random;
  readonly #backOff: BackOffOptions;
  readonly #failed = new Map<string, Failed>();

  constructor(random: Random, backOff: BackOffOptions) {
    this.#random = random;
    this.#backOff = backOff;
  }

  /** There was no connection, or it has ended. `known`: the URLs that may be dialled at all; others are forgotten. */
  failed(url: string, nowMs: number, known: ReadonlySet<string>): void {
    const count = (this.#failed.get(url)?.count ?? 0) + 1;
    this.#failed.set(url, { count, untilMs: nowMs + backOffMs(count, this.#random, this.#backOff) });
    for (const each of this.#failed.keys()) if (!known.has(each)) this.#failed.delete(each);
  }

  /** It has given a result. */
  succeeded(url: string): void {
    this.#failed.delete(url);
  }

  waitMs(url: string, nowMs: number): number {
    return Math.max(0, (this.#failed.get(url)?.untilMs ?? 0) - nowMs);
  }
}
