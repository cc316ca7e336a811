/**
 * One caller who waits for an outcome. Settles once, and until then hears the caller's `AbortSignal`. It listens as an
 * object, so that a call costs its promise and nothing else.
 */
export class Waiter<T> {
  readonly promise: Promise<T>;
  readonly #resolve: (value: T | PromiseLike<T>) => void;
  readonly #reject: (reason: unknown) => void;
  #signal: AbortSignal | undefined;
  #settled = false;

  constructor(signal: AbortSignal | undefined) {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    signal?.addEventListener("abort", this);
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(value: T): void {
    if (this.#settle()) this.#resolve(value);
  }

  reject(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.reject(this.#signal?.reason);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#signal?.removeEventListener("abort", this);
    this.#signal = undefined;
    return true;
  }
}
