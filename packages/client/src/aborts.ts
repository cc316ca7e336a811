export interface Abortable {
  reject(reason: unknown): void;
}

/**
 * Rejects what waits under an `AbortSignal` when that aborts. Each signal has one listener for all that wait under it: a
 * signal goes through its listeners whenever one is added or removed.
 */
export class Aborts<T extends Abortable> {
  readonly #watches = new WeakMap<AbortSignal, Watch<T>>();

  /** The signal has not aborted. */
  add(signal: AbortSignal, item: T): void {
    let watch = this.#watches.get(signal);
    if (watch === undefined) {
      watch = new Watch(signal);
      this.#watches.set(signal, watch);
    }
    watch.items.add(item);
  }

  /** Once nothing waits under the signal, nothing listens to it. */
  delete(signal: AbortSignal, item: T): void {
    const watch = this.#watches.get(signal);
    if (watch === undefined) return;
    watch.items.delete(item);
    if (watch.items.size > 0) return;
    signal.removeEventListener("abort", watch);
    this.#watches.delete(signal);
  }
}

class Watch<T extends Abortable> {
  readonly items = new Set<T>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this);
  }

  handleEvent(): void {
    for (const item of this.items) item.reject(this.#signal.reason);
  }
}
