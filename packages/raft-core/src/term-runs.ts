import { assert } from "./assert.ts";
import type { Position } from "./entry.ts";

/**
 * The terms of a whole log in memory, however long it is: the first position of every run of entries with one term.
 * A log has as many runs as it has seen leaders that wrote something, so any term is known without reading an entry.
 */
export class TermRuns {
  /** Ascending in index and term. */
  readonly #starts: Position[];

  constructor(starts: readonly Position[]) {
    this.#starts = [...starts];
  }

  /** The term at `index`, which must not be behind the last entry; undefined before the first run. */
  termAt(index: number): number | undefined {
    return this.#starts[this.#runAt(index)]?.term;
  }

  /** The last index at or before `index` whose term is at most `term`; undefined if every one is above. */
  lastWithTermAtMost(term: number, index: number): number | undefined {
    let last = index;
    for (let run = this.#runAt(index); run >= 0; run -= 1) {
      const start = this.#starts[run];
      if (start === undefined || start.term <= term) return last;
      last = start.index - 1;
    }
    return undefined;
  }

  append(position: Position): void {
    const last = this.#starts.at(-1);
    if (last?.term === position.term) return;
    assert(
      last === undefined || last.term < position.term,
      `term ${position.term} follows term ${last?.term} in the log`,
    );
    this.#starts.push({ index: position.index, term: position.term });
  }

  /** Forgets every index from `from` on. */
  truncate(from: number): void {
    while ((this.#starts.at(-1)?.index ?? 0) >= from && this.#starts.length > 0) this.#starts.pop();
  }

  /** Forgets every index up to and including `upTo`, which must hold an entry. */
  compact(upTo: number, lastIndex: number): void {
    const run = this.#runAt(upTo + 1);
    const start = this.#starts[run];
    if (upTo >= lastIndex || start === undefined) this.#starts.length = 0;
    else this.#starts.splice(0, run + 1, { index: Math.max(start.index, upTo + 1), term: start.term });
  }

  /** The number of the run that `index` is in; −1 before the first. Searched from the end, where reads cluster. */
  #runAt(index: number): number {
    let run = this.#starts.length - 1;
    while (run >= 0 && (this.#starts[run]?.index ?? 0) > index) run -= 1;
    return run;
  }
}
