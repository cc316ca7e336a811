import { crc32 } from "node:zlib";
import {
  type HardState,
  type LogRecord,
  type Position,
  RECORD_HEADER_BYTES,
  RECORD_KIND_RESERVED_MIN,
  decodeRecord,
  encodeRecord,
} from "@quorate/raft-core";

/*
 * A segment is a file named SEQUENCE-FIRSTINDEX.log. It begins with eight bytes of magic and the format version (a
 * 32-bit integer, little-endian); records follow, in the form of raft-core's record.ts, the first of them the header.
 * What follows the last record is nothing, or zeros that were written ahead.
 */

export const FORMAT_VERSION = 1;

const MAGIC = Buffer.from("quorate\n", "latin1");
const PREFIX_BYTES = MAGIC.length + 4;

/** The records that are not entries of the log. */
export const KIND_HEADER: number = RECORD_KIND_RESERVED_MIN;
/** The hard state from here on: the term in `term`, the incarnation in `index` (0: none), the vote in the data. */
export const KIND_HARD_STATE: number = RECORD_KIND_RESERVED_MIN + 1;
/** The next record is the entry at `index`, and it replaces what the log holds from there on. */
export const KIND_REPLACE: number = RECORD_KIND_RESERVED_MIN + 2;
/** The base has moved to (`index`, `term`). */
export const KIND_BASE: number = RECORD_KIND_RESERVED_MIN + 3;
/**
 * What precedes this record was durable when it was written. `index` is its own offset, `term` the segment's sequence, the
 * data the CRC-32 of all that precedes it in the segment: a record that is whole, but of another time or another node,
 * does not fit. Marks of the first logs have no data.
 */
export const KIND_MARK: number = RECORD_KIND_RESERVED_MIN + 4;
export const MARK_BYTES: number = RECORD_HEADER_BYTES + 4;

export interface Identity {
  readonly clusterId: string;
  readonly nodeId: string;
}

/** The state of the log right before a segment's first record: what recovery needs once earlier segments are gone. */
export interface SegmentHeader extends Identity {
  /** Numbers are never used twice in a directory. */
  readonly sequence: number;
  /** The segment before this one; 0 where the log begins anew, and whatever else is there is no part of it. */
  readonly previousSequence: number;
  readonly hardState: HardState;
  readonly base: Position;
  /** The last entry's position; the base where there is none. */
  readonly last: Position;
}

export type DecodedHeader =
  | { readonly type: "header"; readonly header: SegmentHeader; readonly lengthBytes: number }
  | { readonly type: "damaged"; readonly reason: string }
  | { readonly type: "unknown-version"; readonly version: number };

const SEGMENT_NAME = /^(\d{10})-(\d{16})\.log$/;

export function segmentName(header: SegmentHeader): string {
  const firstIndex = String(header.last.index + 1).padStart(16, "0");
  return `${String(header.sequence).padStart(10, "0")}-${firstIndex}.log`;
}

/** The sequence number in a segment's name; undefined for any other name. */
export function sequenceOf(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeHeader(header: SegmentHeader): Uint8Array {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(FORMAT_VERSION, MAGIC.length);
  const data = Buffer.from(JSON.stringify(header), "utf8");
  return Buffer.concat([prefix, encodeRecord({ kind: KIND_HEADER, term: 0, index: 0, data }, crc32)]);
}

/** Decodes what stands at the beginning of a segment; `bytes` must hold the whole header. */
export function decodeHeader(bytes: Uint8Array): DecodedHeader {
  const prefix = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PREFIX_BYTES));
  if (prefix.length < PREFIX_BYTES) return { type: "damaged", reason: "the file ends inside its header" };
  if (!prefix.subarray(0, MAGIC.length).equals(MAGIC)) return { type: "damaged", reason: "the magic is not there" };
  const version = prefix.readUInt32LE(MAGIC.length);
  if (version === 0) return { type: "damaged", reason: "the format version is not there" };
  if (version !== FORMAT_VERSION) return { type: "unknown-version", version };
  const decoded = decodeRecord(bytes, PREFIX_BYTES, crc32);
  if (decoded.type === "short") return { type: "damaged", reason: "the file ends inside its header" };
  if (decoded.type === "damaged") return decoded;
  if (decoded.record.kind !== KIND_HEADER) return { type: "damaged", reason: "the first record is no header" };
  const value = parsed(Buffer.from(decoded.record.data).toString("utf8"));
  if (value === undefined) return { type: "damaged", reason: "the header is no JSON object" };
  const header = headerIn(value);
  if (header === undefined) return { type: "damaged", reason: "the header lacks a field" };
  return { type: "header", header, lengthBytes: PREFIX_BYTES + decoded.lengthBytes };
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function headerIn(value: Partial<SegmentHeader>): SegmentHeader | undefined {
  const { clusterId, nodeId, sequence, previousSequence, hardState, base, last } = value;
  if (typeof clusterId !== "string" || typeof nodeId !== "string" || !isCount(sequence)) return undefined;
  if (!(Number(previousSequence) < sequence)) return undefined;
  if (!isCount(previousSequence) || !isCount(hardState?.term) || !isPosition(base) || !isPosition(last))
    return undefined;
  const votedFor: unknown = hardState.votedFor;
  if (votedFor !== undefined && typeof votedFor !== "string") return undefined;
  const { term, incarnation } = hardState;
  if (incarnation !== undefined && !isCount(incarnation)) return undefined;
  return { clusterId, nodeId, sequence, previousSequence, hardState: { term, votedFor, incarnation }, base, last };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPosition(value: Partial<Position> | undefined): value is Position {
  return isCount(value?.index) && isCount(value.term);
}

const NOTHING = new Uint8Array();

/** An empty vote and no vote differ in the data's first byte. */
export function encodeHardState(hardState: HardState): Uint8Array {
  const { term, votedFor, incarnation = 0 } = hardState;
  const data = votedFor === undefined ? NOTHING : Buffer.from(`+${votedFor}`, "utf8");
  return encodeRecord({ kind: KIND_HARD_STATE, term, index: incarnation, data }, crc32);
}

export function decodeHardState(record: LogRecord): HardState {
  const text = Buffer.from(record.data).toString("utf8");
  const incarnation = record.index === 0 ? undefined : record.index;
  return { term: record.term, votedFor: text === "" ? undefined : text.slice(1), incarnation };
}

export function encodeReplace(index: number): Uint8Array {
  return encodeRecord({ kind: KIND_REPLACE, term: 0, index, data: NOTHING }, crc32);
}

export function encodeBase(base: Position): Uint8Array {
  return encodeRecord({ kind: KIND_BASE, term: base.term, index: base.index, data: NOTHING }, crc32);
}

/** Where in which segment a mark stands, and the CRC-32 of what precedes it there. */
export interface Mark {
  readonly sequence: number;
  readonly offsetBytes: number;
  readonly checksum: number;
}

export function encodeMark({ sequence, offsetBytes, checksum }: Mark): Uint8Array {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(checksum);
  return encodeRecord({ kind: KIND_MARK, term: sequence, index: offsetBytes, data }, crc32);
}

/** Whether what precedes a mark is what preceded it when it was written. */
export function confirms({ data }: LogRecord, checksum: number): boolean {
  return data.length === 0 || (data.length === 4 && Buffer.from(data).readUInt32LE() === checksum);
}

export function isMarkAt(record: LogRecord, sequence: number, offsetBytes: number): boolean {
  return record.kind === KIND_MARK && record.term === sequence && record.index === offsetBytes;
}
