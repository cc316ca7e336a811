/** When a request must have been answered. */
export class Deadline {
  readonly totalMs: number;
  /** Aborts when it has passed. */
  readonly signal: AbortSignal;
  readonly #startMs: number = performance.now();
  readonly #patienceMs: number;

  /** `patienceMs` of it at most go by while a leader is waited for, so that the rest is left for the work. */
  constructor(totalMs: number, patienceMs: number = totalMs / 2) {
    this.totalMs = totalMs;
    this.signal = AbortSignal.timeout(Math.max(1, Math.ceil(totalMs)));
    this.#patienceMs = patienceMs;
  }

  get leftMs(): number {
    return Math.max(0, this.totalMs - this.#passedMs);
  }

  /** What is left of the time in which a leader may be waited for. */
  get patienceMs(): number {
    return Math.max(0, this.#patienceMs - this.#passedMs);
  }

  /** Whether `error` is nothing but this deadline having passed. */
  isReason(error: unknown): boolean {
    return this.signal.aborted && error === this.signal.reason;
  }

  get #passedMs(): number {
    return performance.now() - this.#startMs;
  }
}
