/** How long to wait before trying again: longer with every failure, and never the same for two pages. */
export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
}

export class BackOff {
  readonly #options: BackOffOptions;
  #failures = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** Between half of the time and all of it, which doubles up to `maxMs`. */
  nextMs(): number {
    const { firstMs, maxMs, random } = this.#options;
    const wholeMs = Math.min(maxMs, firstMs * 2 ** this.#failures);
    this.#failures += 1;
    return wholeMs * (0.5 + random() / 2);
  }

  /** It worked: the next failure counts as the first. */
  reset(): void {
    this.#failures = 0;
  }
}
