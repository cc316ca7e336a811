import type { Entry, HardState, Position, StorageWrite, StoredState } from "@quorate/raft-core";

/** What a log holds: the hard state, and the entries behind the base. */
export class LogContent {
  #hardState: HardState = { term: 0, votedFor: undefined };
  #base: Position = { index: 0, term: 0 };
  #entries: Entry[] = [];

  get base(): Position {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#base.index + this.#entries.length;
  }

  get state(): StoredState {
    const isRunStart = (entry: Entry, at: number): boolean => entry.term !== this.#entries[at - 1]?.term;
    return {
      hardState: this.#hardState,
      base: this.#base,
      lastIndex: this.lastIndex,
      termRuns: this.#entries.filter(isRunStart).map(({ index, term }) => ({ index, term })),
      memberships: this.#entries.filter(({ kind }) => kind === "membership"),
    };
  }

  clone(): LogContent {
    const copy = new LogContent();
    copy.#hardState = this.#hardState;
    copy.#base = this.#base;
    copy.#entries = [...this.#entries];
    return copy;
  }

  read(fromIndex: number, toIndex: number, maxBytes: number): readonly Entry[] {
    if (fromIndex <= this.#base.index) return [];
    const entries: Entry[] = [];
    let bytes = 0;
    for (let index = fromIndex; index <= toIndex; index += 1) {
      const entry = this.#entryAt(index);
      bytes += entry?.sizeBytes ?? 0;
      if (entry === undefined || (entries.length > 0 && bytes > maxBytes)) break;
      entries.push(entry);
    }
    return entries;
  }

  append({ hardState, entries }: StorageWrite): void {
    if (hardState !== undefined) {
      const { term, votedFor, incarnation } = hardState;
      this.#hardState = { term, votedFor, incarnation };
    }
    const first = entries[0];
    if (first === undefined) return;
    this.#entries.length = first.index - this.#base.index - 1;
    for (const entry of entries) this.#entries.push(entry);
  }

  compact({ index, term }: Position): void {
    if (index <= this.#base.index) return;
    this.#entries.splice(0, index - this.#base.index);
    this.#base = { index, term };
  }

  reset({ index, term }: Position): void {
    this.#entries = [];
    this.#base = { index, term };
  }

  /** Throws a TypeError where the write breaks the contract of `Storage.append`. */
  checkAppend({ hardState, entries }: StorageWrite): void {
    const hardTerm = hardState?.term ?? this.#hardState.term;
    checkCount("hardState.term", hardTerm);
    if (hardTerm < this.#hardState.term) {
      throw new TypeError(`hardState.term ${hardTerm} is below the stored term ${this.#hardState.term}`);
    }
    const first = entries[0]?.index ?? this.lastIndex + 1;
    if (!(first > this.#base.index && first <= this.lastIndex + 1)) {
      throw new TypeError(
        `entries begin at index ${first}; it must be ${this.#base.index + 1} to ${this.lastIndex + 1}`,
      );
    }
    let expected = first;
    let termMin = this.#termAt(first - 1);
    for (const { index, term } of entries) {
      checkCount(`the term of entry ${index}`, term);
      if (index !== expected) throw new TypeError(`entry ${index} follows entry ${expected - 1}`);
      if (term < termMin) throw new TypeError(`entry ${index} has term ${term} behind an entry of term ${termMin}`);
      if (term > hardTerm) {
        throw new TypeError(`entry ${index} has term ${term}, above the hard state's term ${hardTerm}`);
      }
      expected += 1;
      termMin = term;
    }
  }

  /** Throws a TypeError where the base cannot move on to `position`. */
  checkCompact(position: Position): void {
    checkPosition(position);
    if (position.index <= this.#base.index) return;
    if (position.index > this.lastIndex) {
      throw new TypeError(`position.index ${position.index} is behind the last entry ${this.lastIndex}: use reset`);
    }
    const term = this.#termAt(position.index);
    if (term !== position.term) {
      throw new TypeError(`position.term ${position.term} is not the term ${term} of entry ${position.index}`);
    }
  }

  #entryAt(index: number): Entry | undefined {
    return this.#entries[index - this.#base.index - 1];
  }

  #termAt(index: number): number {
    return this.#entryAt(index)?.term ?? this.#base.term;
  }
}

/** Throws a TypeError for what is no position in any log. */
export function checkPosition({ index, term }: Position): void {
  checkCount("position.index", index);
  checkCount("position.term", term);
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new TypeError(`${name} ${value} is not a safe integer from 0 up`);
}
