import { crc32 } from "node:zlib";
import { Entry, type HardState, type LogRecord, type Position, RECORD_HEADER_BYTES } from "@quorate/raft-core";
import {
  KIND_BASE,
  KIND_HARD_STATE,
  KIND_MARK,
  KIND_REPLACE,
  type SegmentHeader,
  confirms,
  decodeHardState,
  isMarkAt,
} from "./format.ts";
import { LogIndex } from "./log-index.ts";
import { Outline } from "./outline.ts";
import { RunningChecksum } from "./running-checksum.ts";
import type { Segment } from "./segment.ts";

interface PlaceInSegment {
  readonly offsetBytes: number;
  /** The whole record. */
  readonly bytes: Uint8Array;
}

/** Nothing, or why the log cannot be right although every checksum is. */
type Violation = string | undefined;

/**
 * Builds the state of the log from its records, in the order in which they were written. Believes none of them without
 * asking whether it can follow what came before: a record in the wrong place is damage as much as a wrong checksum is.
 */
export class Replay {
  readonly outline: Outline = new Outline();
  readonly index: LogIndex = new LogIndex();
  /** The offset in the current segment up to which everything is known to have been durable. */
  provenBytes = 0;
  /** Whether the current segment ends with a mark, as far as it has been read. */
  endsWithMark = false;
  /** A replacement whose first entry has not come yet, and the checksum of what precedes it. */
  replacing: { readonly index: number; readonly offsetBytes: number; readonly checksum: number } | undefined;
  /** The base that was saved. That of `outline` is ahead of it for as long as only deleted segments explain the rest. */
  #base: Position = { index: 0, term: 0 };
  #hasBegun = false;
  #checksum: RunningChecksum = new RunningChecksum();

  /** CRC-32 of the current segment, as far as it has been read. */
  get checksum(): number {
    return this.#checksum.value;
  }

  /** Begins a segment. The header of any but the first one must tell the state that the records before it led to. */
  enter(header: SegmentHeader, headerChecksum: number): Violation {
    const { hardState, last } = this.outline;
    this.#checksum = new RunningChecksum(headerChecksum);
    this.provenBytes = 0;
    this.endsWithMark = false;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.outline.setHardState(header.hardState);
      this.outline.reset(header.last);
      this.#base = header.base;
      return undefined;
    }
    if (!isSameHardState(header.hardState, hardState)) {
      return `its hard state of term ${header.hardState.term} is not the one of the segment before it, of term ${hardState.term}`;
    }
    if (!isSame(header.last, last)) {
      return `it begins behind entry ${header.last.index} of term ${header.last.term}, but the segment before it ends with entry ${last.index} of term ${last.term}`;
    }
    if (!isSame(header.base, this.#base)) {
      return `its base is entry ${header.base.index}, that of the segment before it entry ${this.#base.index}`;
    }
    return undefined;
  }

  apply(segment: Segment, record: LogRecord, at: PlaceInSegment): Violation {
    const violation = this.#apply(segment, record, at);
    this.#checksum.add(at.bytes);
    return violation;
  }

  #apply(segment: Segment, record: LogRecord, at: PlaceInSegment): Violation {
    this.endsWithMark = false;
    const entry = Entry.fromRecord(record, at.bytes);
    if (entry !== undefined) return this.#applyEntry(segment, entry, at.offsetBytes);
    if (this.replacing !== undefined) return `a replacement of entry ${this.replacing.index} is not followed by it`;
    switch (record.kind) {
      case KIND_HARD_STATE:
        return this.#applyHardState(record);
      case KIND_REPLACE:
        return this.#applyReplace(record.index, at.offsetBytes);
      case KIND_BASE:
        return this.#applyBase({ index: record.index, term: record.term });
      case KIND_MARK:
        return this.#applyMark(record, segment.sequence, at.offsetBytes);
      default:
        return `records of kind ${record.kind} are not known to this version of the program`;
    }
  }

  #applyEntry(segment: Segment, entry: Entry, offsetBytes: number): Violation {
    const { index, term } = entry;
    if (this.replacing !== undefined) {
      if (this.replacing.index !== index)
        return `a replacement of entry ${this.replacing.index} is followed by ${index}`;
      this.#truncate(index);
      this.replacing = undefined;
    }
    const { last, hardState } = this.outline;
    if (index !== last.index + 1) return `entry ${index} stands behind entry ${last.index}`;
    if (term < last.term) return `entry ${index} has term ${term} behind an entry of term ${last.term}`;
    if (term > hardState.term) return `entry ${index} has term ${term}, above the hard state's term ${hardState.term}`;
    this.outline.append(entry);
    if (entry.kind === "membership") this.outline.keepMembership(ownCopy(entry));
    this.index.append(segment, index, offsetBytes);
    return undefined;
  }

  #truncate(from: number): void {
    if (from > this.outline.base.index) this.outline.truncate(from);
    // The term before it is in a segment that is gone. If it is needed, the base that was saved knows it.
    else this.outline.reset({ index: from - 1, term: 0 });
    this.index.truncate(from);
  }

  #applyHardState(record: LogRecord): Violation {
    const before = this.outline.hardState.term;
    if (record.term < before) return `the hard state goes back from term ${before} to term ${record.term}`;
    this.outline.setHardState(decodeHardState(record));
    return undefined;
  }

  #applyReplace(index: number, offsetBytes: number): Violation {
    if (index > this.outline.lastIndex || index <= this.#base.index) {
      return `a replacement of entry ${index}, where entries ${this.#base.index + 1} to ${this.outline.lastIndex} are`;
    }
    this.replacing = { index, offsetBytes, checksum: this.checksum };
    return undefined;
  }

  #applyBase(base: Position): Violation {
    const { index, term } = base;
    if (index <= this.#base.index) return `the base goes back from entry ${this.#base.index} to ${index}`;
    if (index > this.outline.lastIndex) return `the base ${index} is behind the last entry ${this.outline.lastIndex}`;
    const isKnown = index > this.outline.base.index;
    if (isKnown && this.outline.termAt(index) !== term) return `the base ${index} has another term than the entry`;
    this.#base = base;
    if (index >= this.outline.base.index) this.outline.compact(base);
    this.index.compact(index);
    return undefined;
  }

  #applyMark(record: LogRecord, sequence: number, offsetBytes: number): Violation {
    if (!isMarkAt(record, sequence, offsetBytes)) return "this mark belongs to another place";
    if (!confirms(record, this.checksum)) return "what precedes this mark is not what it was written behind";
    this.provenBytes = offsetBytes;
    this.endsWithMark = true;
    return undefined;
  }

  /** After the last record. */
  finish(): Violation {
    const available = this.outline.base.index;
    if (this.#base.index < available) {
      return `entries ${this.#base.index + 1} to ${available} are missing: the segment before this one is gone`;
    }
    this.outline.compact(this.#base);
    return undefined;
  }
}

function isSame(a: Position, b: Position): boolean {
  return a.index === b.index && a.term === b.term;
}

/** Lets go of the chunk that the record was read in. */
function ownCopy(entry: Entry): Entry {
  const bytes = entry.record(crc32).slice();
  return new Entry(entry.index, entry.term, entry.kind, bytes.subarray(RECORD_HEADER_BYTES), bytes);
}

function isSameHardState(a: HardState, b: HardState): boolean {
  return a.term === b.term && a.votedFor === b.votedFor && a.incarnation === b.incarnation;
}
