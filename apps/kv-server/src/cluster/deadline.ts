/** When a request must have been answered. */
export class Deadline {
  readonly totalMs: number;
  /** Aborts when it has passed. */
  readonly signal: AbortSignal;
  readonly #endMs: number;

  constructor(totalMs: number) {
    this.totalMs = totalMs;
    this.signal = AbortSignal.timeout(Math.max(1, Math.ceil(totalMs)));
    this.#endMs = performance.now() + totalMs;
  }

  get leftMs(): number {
    return Math.max(0, this.#endMs - performance.now());
  }

  /** Whether `error` is nothing but this deadline having passed. */
  isReason(error: unknown): boolean {
    return this.signal.aborted && error === this.signal.reason;
  }
}
