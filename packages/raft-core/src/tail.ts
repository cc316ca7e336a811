import type { Entry } from "./entry.ts";

/** Consecutive entries, at least one, as they were appended together. */
interface Batch {
  readonly first: number;
  readonly last: number;
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

function batchOf(entries: readonly Entry[], first: number): Batch {
  let bytes = 0;
  for (const entry of entries) bytes += entry.sizeBytes;
  return { first, last: first + entries.length - 1, entries, bytes };
}

/**
 * The last entries of a log, in memory. They stay in the lists in which they came, and where one of these is asked for,
 * it is given out itself: what a turn appended goes to the disk, to every follower and to the state machine uncopied.
 */
export class Tail {
  /** Each begins where the one before it ends. */
  readonly #batches: Batch[] = [];
  #bytes = 0;
  #lastIndex: number;

  constructor(lastIndex: number) {
    this.#lastIndex = lastIndex;
  }

  /** Of the first entry in memory; one behind the last where there is none. */
  get firstIndex(): number {
    return this.#batches[0]?.first ?? this.#lastIndex + 1;
  }

  get lastIndex(): number {
    return this.#lastIndex;
  }

  get sizeBytes(): number {
    return this.#bytes;
  }

  /** Takes entries, in a list that nobody changes any more, and returns their bytes. */
  append(entries: readonly Entry[]): number {
    if (entries.length === 0) return 0;
    const batch = batchOf(entries, this.#lastIndex + 1);
    this.#batches.push(batch);
    this.#bytes += batch.bytes;
    this.#lastIndex = batch.last;
    return batch.bytes;
  }

  /** The entries from `from` on are no more, whether they were in memory or not. */
  truncate(from: number): void {
    for (let batch = this.#batches.at(-1); batch !== undefined && batch.last >= from; batch = this.#batches.at(-1)) {
      this.#batches.pop();
      this.#bytes -= batch.bytes;
      this.#lastIndex = batch.first - 1;
      this.append(cut(batch, batch.first, from - 1));
    }
    this.#lastIndex = from - 1;
  }

  /** Lets go of the entries up to and including `index`. */
  dropUpTo(index: number): void {
    for (const { bytes } of this.#batches.splice(0, this.#find(index + 1))) this.#bytes -= bytes;
    const head = this.#batches[0];
    if (head === undefined || head.first > index) return;
    const kept = batchOf(cut(head, index + 1, head.last), index + 1);
    this.#bytes += kept.bytes - head.bytes;
    this.#batches[0] = kept;
  }

  /** Lets go of the oldest entries until at most `bytesMax` are left, but of none behind `upTo`. */
  shrink(upTo: number, bytesMax: number): void {
    let bytes = this.#bytes;
    let next = this.firstIndex;
    for (const { entries } of this.#batches) {
      for (const { sizeBytes } of entries) {
        if (next > upTo || bytes <= bytesMax) return this.dropUpTo(next - 1);
        bytes -= sizeBytes;
        next += 1;
      }
    }
    return this.dropUpTo(next - 1);
  }

  clear(lastIndex: number): void {
    this.#batches.length = 0;
    this.#bytes = 0;
    this.#lastIndex = lastIndex;
  }

  /** Entries `from` … at most `to`, about `maxBytes` but at least one; undefined where memory does not reach back. */
  slice(from: number, to: number, maxBytes: number): readonly Entry[] | undefined {
    if (from < this.firstIndex) return undefined;
    const at = this.#find(from);
    const batch = this.#batches[at];
    if (batch === undefined) return [];
    const isWhole = batch.first === from && batch.last === Math.min(to, this.#lastIndex);
    return isWhole && batch.bytes <= maxBytes ? batch.entries : this.#copy(at, from, to, maxBytes);
  }

  /** What the entries `from` … `to` take, as far as they are in memory. */
  bytesOf(from: number, to: number): number {
    let bytes = 0;
    for (let at = this.#find(from); at < this.#batches.length; at += 1) {
      const batch = this.#batches[at];
      if (batch === undefined || batch.first > to) break;
      const isWhole = from <= batch.first && batch.last <= to;
      bytes += isWhole ? batch.bytes : batchOf(cut(batch, from, to), from).bytes;
    }
    return bytes;
  }

  #copy(at: number, from: number, to: number, maxBytes: number): readonly Entry[] {
    const entries: Entry[] = [];
    let bytes = 0;
    for (let next = at; next < this.#batches.length; next += 1) {
      for (const entry of this.#batches[next]?.entries ?? []) {
        if (entry.index < from) continue;
        bytes += entry.sizeBytes;
        if (entry.index > to || (bytes > maxBytes && entries.length > 0)) return entries;
        entries.push(entry);
      }
    }
    return entries;
  }

  /** The number of the batch that holds `index`, or of the first one behind it. */
  #find(index: number): number {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#batches[middle]?.last ?? Infinity) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function cut({ first, entries }: Batch, from: number, to: number): readonly Entry[] {
  return entries.slice(Math.max(0, from - first), Math.max(0, to - first + 1));
}
