import { type Checksum, type LogRecord, RECORD_HEADER_BYTES, encodeRecord, writeRecord } from "./record.ts";

/**
 * `command`: bytes for the state machine. `no-op`: what a leader appends on its election, so that it can commit what it
 * inherited (§8, diss. §6.4). `membership`: a configuration, in force from the moment it is appended (§6, diss. §4.1).
 */
export type EntryKind = "command" | "no-op" | "membership";

const KINDS: readonly EntryKind[] = ["command", "no-op", "membership"];

/** Where an entry stands and which leader wrote it. Two entries with equal positions are equal (log matching, §5.3). */
export interface Position {
  readonly index: number;
  readonly term: number;
}

/** One slot of the replicated log. Immutable: nobody may change `data` once the entry exists. */
export class Entry implements Position {
  readonly index: number;
  readonly term: number;
  readonly kind: EntryKind;
  readonly data: Uint8Array;
  #record: Uint8Array | undefined;

  constructor(index: number, term: number, kind: EntryKind, data: Uint8Array, record?: Uint8Array) {
    this.index = index;
    this.term = term;
    this.kind = kind;
    this.data = data;
    this.#record = record;
  }

  /** The entry of a decoded record, or undefined where the record's kind is none of the log's. */
  static fromRecord(record: LogRecord, bytes?: Uint8Array): Entry | undefined {
    const kind = KINDS[record.kind];
    return kind && new Entry(record.index, record.term, kind, record.data, bytes);
  }

  /** What the entry takes on disk, on the wire and against every limit given in bytes. */
  get sizeBytes(): number {
    return RECORD_HEADER_BYTES + this.data.length;
  }

  /** The entry's record (see record.ts), encoded at the first call and the same bytes ever after. Not to be changed. */
  record(checksum: Checksum): Uint8Array {
    this.#record ??= encodeRecord(this.#fields, checksum);
    return this.#record;
  }

  /**
   * The records of entries that follow one another, in as few pieces as they lie in memory: what is still to be encoded
   * goes into one piece, and what a peer has sent lies as it came. Not to be changed.
   */
  static records(entries: readonly Entry[], checksum: Checksum): readonly Uint8Array[] {
    Entry.#encode(
      entries.filter((entry) => entry.#record === undefined),
      checksum,
    );
    const pieces: Uint8Array[] = [];
    let piece: Uint8Array = new Uint8Array();
    let bytes = 0;
    for (const entry of entries) {
      const record = entry.record(checksum);
      if (record.buffer !== piece.buffer || record.byteOffset !== piece.byteOffset + bytes) {
        pieces.push(...extended(piece, bytes));
        piece = record;
        bytes = 0;
      }
      bytes += record.length;
    }
    pieces.push(...extended(piece, bytes));
    return pieces;
  }

  static #encode(entries: readonly Entry[], checksum: Checksum): void {
    const bytes = new Uint8Array(entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    let at = 0;
    for (const entry of entries) {
      entry.#record = bytes.subarray(at, at + entry.sizeBytes);
      writeRecord(entry.#fields, entry.#record, checksum);
      at += entry.sizeBytes;
    }
  }

  get #fields(): LogRecord {
    return { kind: KINDS.indexOf(this.kind), term: this.term, index: this.index, data: this.data };
  }
}

/** `bytes` of the memory that `piece` begins; none where there are none. */
function extended(piece: Uint8Array, bytes: number): readonly Uint8Array[] {
  if (bytes === 0) return [];
  return bytes === piece.length ? [piece] : [new Uint8Array(piece.buffer, piece.byteOffset, bytes)];
}
