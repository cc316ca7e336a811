/** When the log of a node last came on: for telling a disk that hangs from one that is slow. */
export class DiskWatch {
  #appendsUnderWay = 0;
  #progressMs = 0;

  asked(nowMs: number): void {
    if (this.#appendsUnderWay === 0) this.#progressMs = nowMs;
    this.#appendsUnderWay += 1;
  }

  answered(nowMs: number): void {
    this.#appendsUnderWay -= 1;
    this.#progressMs = nowMs;
  }

  /** The node could not have noticed anything until now. */
  excuse(nowMs: number): void {
    this.#progressMs = nowMs;
  }

  /** A new life begins. */
  reset(): void {
    this.#appendsUnderWay = 0;
  }

  /** For how long a write has been under way without any write being done; 0 where there is none. */
  stalledMs(nowMs: number): number {
    return this.#appendsUnderWay === 0 ? 0 : nowMs - this.#progressMs;
  }
}
