import type { Entry, HardState, Position, StorageWrite, StoredState } from "@quorate/raft-core";

/** What is known of a log without its entries: enough to check what is asked of it, and all that `load` tells. */
export class Outline {
  #hardState: HardState = { term: 0, votedFor: undefined };
  #base: Position = { index: 0, term: 0 };
  #lastIndex = 0;
  #termRuns: Position[] = [];
  #memberships: Entry[] = [];

  get hardState(): HardState {
    return this.#hardState;
  }

  get base(): Position {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#lastIndex;
  }

  get last(): Position {
    return { index: this.#lastIndex, term: this.#termRuns.at(-1)?.term ?? this.#base.term };
  }

  get state(): StoredState {
    return {
      hardState: this.#hardState,
      base: this.#base,
      lastIndex: this.#lastIndex,
      termRuns: [...this.#termRuns],
      memberships: [...this.#memberships],
    };
  }

  clone(): Outline {
    const copy = new Outline();
    copy.#hardState = this.#hardState;
    copy.#base = this.#base;
    copy.#lastIndex = this.#lastIndex;
    copy.#termRuns = [...this.#termRuns];
    copy.#memberships = [...this.#memberships];
    return copy;
  }

  /** The term of the entry at `index`, or of the base; undefined where there is neither. */
  termAt(index: number): number | undefined {
    if (index === this.#base.index) return this.#base.term;
    if (index < this.#base.index || index > this.#lastIndex) return undefined;
    return this.#termRuns.findLast((run) => run.index <= index)?.term;
  }

  setHardState(hardState: HardState): void {
    const { term, votedFor, incarnation } = hardState;
    this.#hardState = { term, votedFor, incarnation };
  }

  /** The entry must follow the last one; of entries, only those of kind `membership` are kept. */
  append(position: Position): void {
    const { index, term } = position;
    if (this.#termRuns.at(-1)?.term !== term) this.#termRuns.push({ index, term });
    this.#lastIndex = index;
  }

  keepMembership(entry: Entry): void {
    this.#memberships.push(entry);
  }

  /** Forgets the entries from `from` on, which lies behind the base. */
  truncate(from: number): void {
    this.#lastIndex = Math.min(this.#lastIndex, from - 1);
    while ((this.#termRuns.at(-1)?.index ?? 0) >= from) this.#termRuns.pop();
    while ((this.#memberships.at(-1)?.index ?? 0) >= from) this.#memberships.pop();
  }

  /** Moves the base on to an entry's position. */
  compact(base: Position): void {
    const firstIndex = base.index + 1;
    const term = base.index < this.#lastIndex ? this.termAt(firstIndex) : undefined;
    const later = this.#termRuns.filter((run) => run.index > firstIndex);
    this.#termRuns = term === undefined ? later : [{ index: firstIndex, term }, ...later];
    this.#memberships = this.#memberships.filter((entry) => entry.index > base.index);
    this.#base = { index: base.index, term: base.term };
  }

  /** Forgets every entry and lets the log begin behind `base`; the hard state stays. */
  reset(base: Position): void {
    this.#base = { index: base.index, term: base.term };
    this.#lastIndex = base.index;
    this.#termRuns = [];
    this.#memberships = [];
  }

  apply(write: StorageWrite): void {
    if (write.hardState !== undefined) this.setHardState(write.hardState);
    const first = write.entries[0];
    if (first !== undefined) this.truncate(first.index);
    for (const entry of write.entries) {
      this.append(entry);
      if (entry.kind === "membership") this.keepMembership(entry);
    }
  }

  /** Throws a TypeError where the write breaks the contract of `Storage.append`; nothing has changed then. */
  check(write: StorageWrite): void {
    const { hardState, entries } = write;
    const term = hardState?.term ?? this.#hardState.term;
    const incarnation = hardState?.incarnation;
    if (incarnation !== undefined && !(isCount(incarnation) && incarnation > 0)) {
      throw new TypeError(`hardState.incarnation ${incarnation} is not a safe integer from 1 up`);
    }
    if (!isCount(term)) throw new TypeError(`hardState.term ${term} is not a safe integer from 0 up`);
    if (term < this.#hardState.term) {
      throw new TypeError(`hardState.term ${term} is below the stored term ${this.#hardState.term}`);
    }
    const first = entries[0]?.index ?? this.#lastIndex + 1;
    if (!Number.isSafeInteger(first) || first <= this.#base.index || first > this.#lastIndex + 1) {
      throw new TypeError(
        `entries begin at index ${first}; it must be ${this.#base.index + 1} to ${this.#lastIndex + 1}`,
      );
    }
    let previous: Position = { index: first - 1, term: this.termAt(first - 1) ?? 0 };
    for (const entry of entries) {
      checkFollows(entry, previous, term);
      previous = entry;
    }
  }

  /** Throws a TypeError where the base cannot move on to `position`. */
  checkCompact(position: Position): void {
    checkPosition(position);
    if (position.index > this.#lastIndex) {
      throw new TypeError(`position.index ${position.index} is behind the last entry ${this.#lastIndex}: use reset`);
    }
    const term = this.termAt(position.index);
    if (term !== position.term) {
      throw new TypeError(`position.term ${position.term} is not the term ${term} of entry ${position.index}`);
    }
  }
}

/** Throws a TypeError for what is no position in any log. */
export function checkPosition({ index, term }: Position): void {
  if (!isCount(index)) throw new TypeError(`position.index ${index} is not a safe integer from 0 up`);
  if (!isCount(term)) throw new TypeError(`position.term ${term} is not a safe integer from 0 up`);
}

function checkFollows(entry: Position, previous: Position, hardStateTerm: number): void {
  const { index, term } = entry;
  if (index !== previous.index + 1) throw new TypeError(`entry ${index} follows entry ${previous.index}`);
  if (!isCount(term) || term < previous.term) {
    throw new TypeError(`entry ${index} has term ${term} behind an entry of term ${previous.term}`);
  }
  if (term > hardStateTerm) {
    throw new TypeError(`entry ${index} has term ${term}, above the hard state's term ${hardStateTerm}`);
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
