import { crc32 } from "node:zlib";
import { type FileHandle, type LogRecord, RECORD_HEADER_BYTES, decodeRecord } from "@quorate/raft-core";

export interface ScanRange {
  readonly fromBytes: number;
  readonly toBytes: number;
  /** How much is read at once, where no single record needs more. */
  readonly chunkBytes: number;
}

/** Why a scan ended, and at which offset: the end of the range, what is no record, or the visitor's wish. */
export type ScanEnd =
  | { readonly type: "end" | "stopped"; readonly offsetBytes: number }
  | { readonly type: "damaged"; readonly offsetBytes: number; readonly reason: string };

/** `bytes` are the whole record; the memory is never used for anything else. False stops the scan behind the record. */
export type RecordVisitor = (record: LogRecord, offsetBytes: number, bytes: Uint8Array) => boolean;

const LENGTH_OFFSET = 4;
const INSIDE = "the file ends inside a record";

/** Reads records one behind the other, verifying each, with memory for one chunk or one record. */
export async function scanRecords(file: FileHandle, range: ScanRange, visit: RecordVisitor): Promise<ScanEnd> {
  let chunk: Uint8Array = new Uint8Array();
  let chunkOffset = range.fromBytes;
  let at = 0;
  for (;;) {
    const offsetBytes = chunkOffset + at;
    const decoded = decodeRecord(chunk, at, crc32);
    if (decoded.type === "damaged") return { ...decoded, offsetBytes };
    if (decoded.type === "record") {
      const bytes = chunk.subarray(at, at + decoded.lengthBytes);
      at += decoded.lengthBytes;
      if (!visit(decoded.record, offsetBytes, bytes)) return { type: "stopped", offsetBytes: chunkOffset + at };
      continue;
    }
    const rest = chunk.subarray(at);
    const leftBytes = range.toBytes - offsetBytes;
    if (leftBytes === 0) return { type: "end", offsetBytes };
    const wanted = Math.max(range.chunkBytes, lengthIn(rest));
    if (rest.length === leftBytes || lengthIn(rest) > leftBytes) {
      return { type: "damaged", offsetBytes, reason: INSIDE };
    }
    chunk = await readOn(file, rest, { fromBytes: offsetBytes, lengthBytes: Math.min(wanted, leftBytes) });
    if (chunk.length === rest.length) return { type: "damaged", offsetBytes, reason: INSIDE };
    chunkOffset = offsetBytes;
    at = 0;
  }
}

function lengthIn(bytes: Uint8Array): number {
  if (bytes.length < RECORD_HEADER_BYTES) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(LENGTH_OFFSET, true);
}

async function readOn(
  file: FileHandle,
  have: Uint8Array,
  want: { readonly fromBytes: number; readonly lengthBytes: number },
): Promise<Uint8Array> {
  const target = Buffer.allocUnsafeSlow(want.lengthBytes);
  target.set(have);
  const got = await file.read(target.subarray(have.length), want.fromBytes + have.length);
  return target.subarray(0, have.length + got);
}

/** The bytes of a file from one offset up to another, or to its end if that comes first. */
export async function readBytes(file: FileHandle, fromBytes: number, toBytes: number): Promise<Uint8Array> {
  return await readOn(file, new Uint8Array(), { fromBytes, lengthBytes: Math.max(0, toBytes - fromBytes) });
}
