import { assert } from "./assert.ts";
import type { Entry, Position } from "./entry.ts";
import type { StoredState } from "./ports/storage.ts";
import { Tail } from "./tail.ts";
import { TermRuns } from "./term-runs.ts";

/**
 * The log as the core sees it: the term of every entry, and in memory the entries of its tail. What precedes the tail
 * is in storage and comes back through the effect `load`; what precedes `base` is in a snapshot.
 */
export class Log {
  #base: Position;
  #runs: TermRuns;
  readonly #tail: Tail;
  #unsavedFrom = Infinity;

  constructor(stored: Pick<StoredState, "base" | "lastIndex" | "termRuns">) {
    this.#base = stored.base;
    this.#runs = new TermRuns(stored.termRuns);
    this.#tail = new Tail(stored.lastIndex);
  }

  /** The position right before the first entry. */
  get base(): Position {
    return this.#base;
  }

  get firstIndex(): number {
    return this.#base.index + 1;
  }

  get lastIndex(): number {
    return this.#tail.lastIndex;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex) ?? 0;
  }

  /** The term of the entry at `index`, or of the base; undefined where there is neither. */
  termAt(index: number): number | undefined {
    if (index === this.#base.index) return this.#base.term;
    if (index < this.#base.index || index > this.lastIndex) return undefined;
    return this.#runs.termAt(index);
  }

  /** §5.4.1: whether a log that ends at `last` is at least as up-to-date as this one. */
  isUpToDate(last: Position): boolean {
    return last.term > this.lastTerm || (last.term === this.lastTerm && last.index >= this.lastIndex);
  }

  /**
   * Where a log that has `term` at `index` may still agree with this one: the last index, at most `index`, with a term
   * of at most `term`. Skips whole terms, so that one probe for each divergent term is enough (§5.3, end).
   */
  lastAgreement(index: number, term: number): number {
    const from = Math.min(index, this.lastIndex);
    if (from <= this.#base.index) return from;
    return this.#runs.lastWithTermAtMost(term, from) ?? this.#base.index;
  }

  /** Returns the bytes of the entries, in a list that nobody changes any more. */
  append(entries: readonly Entry[]): number {
    const first = entries[0];
    if (first === undefined) return 0;
    assert(first.index === this.lastIndex + 1, `entry ${first.index} appended behind entry ${this.lastIndex}`);
    for (const entry of entries) this.#runs.append(entry);
    this.#unsavedFrom = Math.min(this.#unsavedFrom, first.index);
    return this.#tail.append(entries);
  }

  /** Drops the entries from `from` on; new ones must follow at once. */
  truncate(from: number): void {
    assert(from > this.#base.index && from <= this.lastIndex, `the log cannot be cut at ${from}`);
    this.#runs.truncate(from);
    this.#tail.truncate(from);
    this.#unsavedFrom = Math.min(this.#unsavedFrom, from);
  }

  /** Makes the entry at `index` the base and lets go of it and all before it. */
  compact(index: number): Position {
    const term = this.termAt(index);
    assert(term !== undefined && index > this.#base.index, `the log cannot be compacted to ${index}`);
    this.#runs.compact(index, this.lastIndex);
    this.#tail.dropUpTo(index);
    this.#base = { index, term };
    return this.#base;
  }

  /** Drops everything: the log begins behind `base`. */
  reset(base: Position): void {
    this.#base = { index: base.index, term: base.term };
    this.#runs = new TermRuns([]);
    this.#tail.clear(base.index);
    this.#unsavedFrom = Infinity;
  }

  /** Entries `from` … at most `to`, about `maxBytes` but at least one; undefined where the tail does not reach back. */
  slice(from: number, to: number, maxBytes: number): readonly Entry[] | undefined {
    return this.#tail.slice(from, to, maxBytes);
  }

  /** What the entries `from` … `to` take, as far as they are in memory. */
  bytesOf(from: number, to: number): number {
    return this.#tail.bytesOf(from, to);
  }

  /** The entries that were appended since the last call: what a save has to write. */
  takeUnsaved(): readonly Entry[] {
    const from = this.#unsavedFrom;
    this.#unsavedFrom = Infinity;
    if (from > this.lastIndex) return [];
    const entries = this.slice(from, this.lastIndex, Infinity);
    assert(entries !== undefined, `entry ${from} left memory before it was saved`);
    return entries;
  }

  get hasUnsaved(): boolean {
    return this.#unsavedFrom <= this.lastIndex;
  }

  /** Shortens a tail of more than `maxBytes` to half of that, but keeps every entry behind `upTo`. */
  evict(upTo: number, maxBytes: number): void {
    if (this.#tail.sizeBytes > maxBytes) this.#tail.shrink(upTo, maxBytes / 2);
  }
}
