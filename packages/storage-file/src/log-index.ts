import type { Segment } from "./segment.ts";

/** One offset is remembered for about this many bytes of entries. */
const SAMPLE_EVERY_BYTES = 64 * 1024;

/** Entries that stand in a segment one behind the other, none of them replaced. */
class Span {
  readonly segment: Segment;
  readonly firstIndex: number;
  lastIndex: number;
  readonly #sampledIndexes: number[];
  readonly #sampledOffsets: number[];

  constructor(segment: Segment, index: number, offsetBytes: number) {
    this.segment = segment;
    this.firstIndex = index;
    this.lastIndex = index;
    this.#sampledIndexes = [index];
    this.#sampledOffsets = [offsetBytes];
  }

  append(index: number, offsetBytes: number): void {
    this.lastIndex = index;
    if (offsetBytes - (this.#sampledOffsets.at(-1) ?? 0) < SAMPLE_EVERY_BYTES) return;
    this.#sampledIndexes.push(index);
    this.#sampledOffsets.push(offsetBytes);
  }

  truncate(from: number): void {
    this.lastIndex = from - 1;
    while ((this.#sampledIndexes.at(-1) ?? 0) >= from) {
      this.#sampledIndexes.pop();
      this.#sampledOffsets.pop();
    }
  }

  /** The offset of an entry at or shortly before `index`. */
  offsetNear(index: number): number {
    let low = 0;
    let high = this.#sampledIndexes.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#sampledIndexes[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return this.#sampledOffsets[low] ?? 0;
  }
}

/** Where to find consecutive entries: scan the segment from `fromBytes`, which is at or before the first of them. */
export interface Extent {
  readonly segment: Segment;
  readonly fromBytes: number;
  readonly toBytes: number;
  readonly fromIndex: number;
  readonly toIndex: number;
}

/** Where the entries of the log stand, to within a few dozen kilobytes. */
export class LogIndex {
  /** Ascending, each one beginning where the one before it ends. */
  #spans: Span[] = [];
  /** Behind a replaced suffix the entries no longer stand one behind the other. */
  #isBroken = false;

  append(segment: Segment, index: number, offsetBytes: number): void {
    const last = this.#spans.at(-1);
    if (last?.segment === segment && last.lastIndex + 1 === index && !this.#isBroken) last.append(index, offsetBytes);
    else this.#spans.push(new Span(segment, index, offsetBytes));
    this.#isBroken = false;
  }

  truncate(from: number): void {
    while ((this.#spans.at(-1)?.firstIndex ?? 0) >= from) this.#spans.pop();
    const last = this.#spans.at(-1);
    if (last !== undefined && last.lastIndex >= from) last.truncate(from);
    this.#isBroken = true;
  }

  compact(baseIndex: number): void {
    const firstLive = this.#spans.findIndex((span) => span.lastIndex > baseIndex);
    this.#spans = firstLive < 0 ? [] : this.#spans.slice(firstLive);
  }

  reset(): void {
    this.#spans = [];
  }

  isUsed(segment: Segment): boolean {
    return this.#spans.some((span) => span.segment === segment);
  }

  /** Where the entries `fromIndex` to `toIndex`, all of them in the log, stand now. */
  extents(fromIndex: number, toIndex: number): readonly Extent[] {
    const extents: Extent[] = [];
    for (const span of this.#spans) {
      if (span.lastIndex < fromIndex) continue;
      if (span.firstIndex > toIndex) break;
      const from = Math.max(span.firstIndex, fromIndex);
      extents.push({
        segment: span.segment,
        fromBytes: span.offsetNear(from),
        toBytes: span.segment.endBytes,
        fromIndex: from,
        toIndex: Math.min(span.lastIndex, toIndex),
      });
    }
    return extents;
  }
}
