/**
 * The one binary form of a log entry, the same on disk and on the wire, so that an entry is encoded once where it is
 * proposed and never again (see `Entry.record`). A write-ahead log may use the same form for records of its own, under
 * kinds from `RECORD_KIND_RESERVED_MIN` up.
 *
 * | offset | size | field (little-endian)                                   |
 * | ------ | ---- | ------------------------------------------------------- |
 * | 0      | 4    | CRC-32 of every byte from offset 4 to the record's end   |
 * | 4      | 4    | length of the whole record in bytes, this header included |
 * | 8      | 8    | term                                                      |
 * | 16     | 8    | index                                                     |
 * | 24     | 1    | kind                                                      |
 * | 25     | 1    | format version                                            |
 * | 26     | 2    | zero                                                      |
 * | 28     | n    | data                                                      |
 */
export const RECORD_HEADER_BYTES = 28;

/** The version written into every record. A record of another version is refused, never guessed at. */
export const RECORD_VERSION = 1;

/** Kinds below this are entries of the log; kinds from here to 255 belong to whoever stores the records. */
export const RECORD_KIND_RESERVED_MIN = 128;

/** CRC-32 (IEEE 802.3) of `bytes`, as an unsigned 32-bit integer. `zlib.crc32` fits. */
export type Checksum = (bytes: Uint8Array) => number;

export interface LogRecord {
  readonly kind: number;
  readonly term: number;
  readonly index: number;
  readonly data: Uint8Array;
}

/**
 * What stands at an offset: a whole record with its length in bytes; `short`, the bytes end before the record does (a
 * torn tail, or more is still to come); `damaged`, the header is impossible or the checksum does not match.
 */
export type DecodedRecord =
  | { readonly type: "record"; readonly record: LogRecord; readonly lengthBytes: number }
  | { readonly type: "short" }
  | { readonly type: "damaged"; readonly reason: string };

const TWO_32 = 2 ** 32;

function writeSafeInteger(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value % TWO_32, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_32), true);
}

function readInteger(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}

/** Encodes a record into bytes of its own; `data` is copied. */
export function encodeRecord(record: LogRecord, checksum: Checksum): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + record.data.length);
  writeRecord(record, bytes, checksum);
  return bytes;
}

/** Encodes a record into `bytes`, which are as long as it is. */
export function writeRecord(record: LogRecord, bytes: Uint8Array, checksum: Checksum): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD_HEADER_BYTES);
  view.setUint32(4, bytes.length, true);
  writeSafeInteger(view, 8, record.term);
  writeSafeInteger(view, 16, record.index);
  view.setUint8(24, record.kind);
  view.setUint8(25, RECORD_VERSION);
  view.setUint16(26, 0);
  bytes.set(record.data, RECORD_HEADER_BYTES);
  view.setUint32(0, checksum(bytes.subarray(4)), true);
}

/**
 * Decodes the record at `offset`. Never throws and never allocates in proportion to a length that it was told: `data`
 * is a view into `bytes`. A length field that points past the end of `bytes` is `short`; the caller decides whether the
 * rest may still come.
 */
export function decodeRecord(bytes: Uint8Array, offset: number, checksum: Checksum): DecodedRecord {
  if (bytes.length - offset < RECORD_HEADER_BYTES) return { type: "short" };
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.length - offset);
  const lengthBytes = view.getUint32(4, true);
  if (lengthBytes < RECORD_HEADER_BYTES) return { type: "damaged", reason: `impossible length ${lengthBytes}` };
  if (lengthBytes > view.byteLength) return { type: "short" };
  if (view.getUint32(0, true) !== checksum(bytes.subarray(offset + 4, offset + lengthBytes))) {
    return { type: "damaged", reason: "the checksum does not match" };
  }
  const version = view.getUint8(25);
  if (version !== RECORD_VERSION) return { type: "damaged", reason: `unknown record version ${version}` };
  const term = readInteger(view, 8);
  const index = readInteger(view, 16);
  if (!Number.isSafeInteger(term)) return { type: "damaged", reason: `term ${term} is not a safe integer` };
  if (!Number.isSafeInteger(index)) return { type: "damaged", reason: `index ${index} is not a safe integer` };
  const data = bytes.subarray(offset + RECORD_HEADER_BYTES, offset + lengthBytes);
  return { type: "record", record: { kind: view.getUint8(24), term, index, data }, lengthBytes };
}
