import { crc32 } from "node:zlib";
import { type FileHandle, RECORD_HEADER_BYTES, RECORD_VERSION, decodeRecord } from "@quorate/raft-core";
import { MARK_BYTES, isMarkAt } from "./format.ts";
import { readBytes } from "./scan.ts";

/**
 * What stands where the records of a segment end.
 *
 * - `blank`: zeros that were written ahead, or nothing.
 * - `torn`: what a crash leaves of a write that had not become durable, so many bytes and then zeros. Nothing in it was
 *   ever promised.
 * - `damaged`: what no crash explains, with the offset of what proves it.
 *
 * A mark behind the place proves that it had been durable: damage. Without one it belongs to the last write, which may
 * not have been. A write's sectors reach the disk in any order, and one of them perhaps in part; where one did not, or
 * not to its end, the zeros still stand that the log is written over. So with a sector that ends in zeros before the
 * next record, or inside the one that cannot be read, or with no record behind it, it is torn; else no crash has made it.
 */
export type Damage =
  | { readonly type: "blank" }
  | { readonly type: "torn"; readonly leftBytes: number }
  | { readonly type: "damaged"; readonly followedAtBytes: number };

/** The smallest part of a write that reaches a disk as a whole. */
const SECTOR_BYTES = 512;

/**
 * How many times over the bytes are summed up at most, in search of records that are no marks: values full of what looks
 * like records could make that last for hours. Marks are looked for to the end.
 */
const SUMMED_TIMES_MAX = 64;

const LENGTH_OFFSET = 4;
const VERSION_OFFSET = 25;

/** No record begins with more zeros: it would have neither checksum nor length. */
const ZEROS_MAX = 7;

/** Judges what stands from `fromBytes` to the end of the segment. Reads all of that, but only after a crash or worse. */
export async function judge(
  file: FileHandle,
  place: { readonly sequence: number; readonly fromBytes: number; readonly sizeBytes: number },
): Promise<Damage> {
  const rest = await readBytes(file, place.fromBytes, place.sizeBytes);
  if (isZero(rest)) return { type: "blank" };
  let first: number | undefined;
  let sumBytesLeft = SUMMED_TIMES_MAX * rest.length;
  for (let at = 1; at + RECORD_HEADER_BYTES <= rest.length;) {
    const sumBytes = bytesToSum(rest, at);
    const isRead = sumBytes > 0 && (sumBytes <= MARK_BYTES || sumBytes <= sumBytesLeft);
    if (isRead) sumBytesLeft -= sumBytes;
    const decoded = isRead ? decodeRecord(rest, at, crc32) : undefined;
    if (decoded?.type !== "record") {
      at += 1;
      continue;
    }
    const offsetBytes = place.fromBytes + at;
    if (isMarkAt(decoded.record, place.sequence, offsetBytes)) return { type: "damaged", followedAtBytes: offsetBytes };
    first ??= at;
    at += decoded.lengthBytes;
  }
  const torn: Damage = { type: "torn", leftBytes: rest.findLastIndex((byte) => byte !== 0) + 1 };
  if (first === undefined) return torn;
  const gapBytes = Math.max(first + ZEROS_MAX, claimedBytes(rest, place.fromBytes));
  const isTorn = gapBytes > rest.length || lacksSectorEnd(rest.subarray(0, gapBytes), place.fromBytes);
  return isTorn ? torn : { type: "damaged", followedAtBytes: place.fromBytes + first };
}

/** Whether that may be a mark of which a crash has left a part: it is written behind what is durable, and not synced. */
export function isTornMark(damage: Damage): boolean {
  return damage.type === "torn" && damage.leftBytes <= MARK_BYTES;
}

/**
 * How far the record reaches that cannot be read: to where it says that it ends, and to the end of the sector there unless
 * another record follows at once; 0 where its header is none. What stands inside it is its data, and proves nothing: a
 * client may store the very records of a log.
 */
function claimedBytes(rest: Uint8Array, offsetBytes: number): number {
  if (rest.length < RECORD_HEADER_BYTES || !looksLikeRecord(rest, 0)) return 0;
  const lengthBytes = new DataView(rest.buffer, rest.byteOffset).getUint32(LENGTH_OFFSET, true);
  if (decodeRecord(rest, Math.min(lengthBytes, rest.length), crc32).type === "record") return lengthBytes;
  return lengthBytes + sectorEndBehind(offsetBytes + lengthBytes);
}

/** How many bytes there are to the next boundary of sectors. */
function sectorEndBehind(offsetBytes: number): number {
  return SECTOR_BYTES - (offsetBytes % SECTOR_BYTES);
}

/** How much the checksum of a record there is over; 0 where there is none. */
function bytesToSum(rest: Uint8Array, at: number): number {
  if (!looksLikeRecord(rest, at)) return 0;
  const lengthBytes = new DataView(rest.buffer, rest.byteOffset + at).getUint32(LENGTH_OFFSET, true);
  return lengthBytes < RECORD_HEADER_BYTES || at + lengthBytes > rest.length ? 0 : lengthBytes;
}

/** Spares the checksum at nearly every offset that is not a record's. */
function looksLikeRecord(bytes: Uint8Array, at: number): boolean {
  return bytes[at + VERSION_OFFSET] === RECORD_VERSION && bytes[at + 26] === 0 && bytes[at + 27] === 0;
}

/** Whether some sector ends with what was there before the log was written on: a zero. */
function lacksSectorEnd(bytes: Uint8Array, offsetBytes: number): boolean {
  let end = sectorEndBehind(offsetBytes);
  while (end <= bytes.length && bytes[end - 1] !== 0) end += SECTOR_BYTES;
  return end <= bytes.length;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
