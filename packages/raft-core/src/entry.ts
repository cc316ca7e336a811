import { type Checksum, type LogRecord, RECORD_HEADER_BYTES, writeRecord } from "./record.ts";

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
    if (this.#record === undefined) return this.encodeInto(new Uint8Array(this.sizeBytes), checksum);
    return this.#record;
  }

  get isEncoded(): boolean {
    return this.#record !== undefined;
  }

  /** Encodes the record into `bytes`, as long as it is, which are the entry's from then on. */
  encodeInto(bytes: Uint8Array, checksum: Checksum): Uint8Array {
    const { term, index, data } = this;
    writeRecord({ kind: KINDS.indexOf(this.kind), term, index, data }, bytes, checksum);
    this.#record = bytes;
    return bytes;
  }
}
