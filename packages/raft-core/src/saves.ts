import type { Save } from "./effect.ts";
import type { Entry } from "./entry.ts";
import type { HardState } from "./ports/storage.ts";

interface Outstanding {
  readonly seq: number;
  readonly hardState: HardState | undefined;
  /** The last entry that this write will make durable and that no later write replaces. */
  lastIndex: number;
}

/**
 * What is on its way to disk, and what is durable there. Completions are matched by sequence number, and a write whose
 * entries have been overwritten meanwhile loses its claim to them, so that an entry is never taken for durable because
 * an earlier one with the same index was.
 */
export class Saves {
  #nextSeq = 1;
  readonly #outstanding: Outstanding[] = [];
  #durableIndex: number;
  #durableHardState: HardState;
  #latestHardState: HardState;

  constructor(durableIndex: number, hardState: HardState) {
    this.#durableIndex = durableIndex;
    this.#durableHardState = hardState;
    this.#latestHardState = hardState;
  }

  /** Every entry up to here survives a crash. */
  get durableIndex(): number {
    return this.#durableIndex;
  }

  get durableHardState(): HardState {
    return this.#durableHardState;
  }

  /** What will be durable when all that is under way is. */
  get latestHardState(): HardState {
    return this.#latestHardState;
  }

  get isIdle(): boolean {
    return this.#outstanding.length === 0;
  }

  begin(hardState: HardState | undefined, entries: readonly Entry[]): Save {
    const seq = this.#nextSeq;
    this.#nextSeq += 1;
    this.#latestHardState = hardState ?? this.#latestHardState;
    this.#outstanding.push({ seq, hardState, lastIndex: entries.at(-1)?.index ?? 0 });
    return { type: "save", seq, hardState, entries };
  }

  saved(seq: number): void {
    let done = this.#outstanding[0];
    while (done !== undefined && done.seq <= seq) {
      this.#durableIndex = Math.max(this.#durableIndex, done.lastIndex);
      this.#durableHardState = done.hardState ?? this.#durableHardState;
      this.#outstanding.shift();
      done = this.#outstanding[0];
    }
  }

  /** The entries from `from` on were dropped from the log. */
  truncated(from: number): void {
    this.#durableIndex = Math.min(this.#durableIndex, from - 1);
    for (const save of this.#outstanding) save.lastIndex = Math.min(save.lastIndex, from - 1);
  }

  /** The log was replaced by a durable snapshot up to `index`. */
  reset(index: number): void {
    this.#durableIndex = index;
    for (const save of this.#outstanding) save.lastIndex = 0;
  }
}
