import { type SnapshotHead, decodeMembership, encodeMembership } from "@quorate/raft-core";
import { checkHead, checkInteger } from "./arguments.ts";
import { crc32 } from "./crc32.ts";

/**
 * A snapshot file, integers little-endian. Every byte is under a checksum or has one value only, so that any damage is
 * found: that to `head` and `foot` when the store is opened, that to a block when it is read.
 *
 * | part | bytes                                                                                                       |
 * | ---- | ----------------------------------------------------------------------------------------------------------- |
 * | head | magic (4), format version (4), block size (4), length of the membership (4), index (8), term (8), membership as in its log entries, CRC of all this (4) |
 * | data | the state machine's, in one piece                                                                            |
 * | foot | CRC of each block of the data (4 each), size of the data (8), CRC of the data (4), CRC of head's CRC and of all this (4), magic (4) |
 */
export const HEAD_FIXED_BYTES = 32;
export const TAIL_BYTES = 20;
export const BLOCK_BYTES: number = 64 * 1024;

const FORMAT_VERSION = 1;
const HEAD_MAGIC = 0x50414e51; // "QNAP"
const FOOT_MAGIC = 0x444e4551; // "QEND"
const TWO_32 = 2 ** 32;
const MEMBERSHIP_BYTES_MAX = 16 * 1024 * 1024;

export interface Head {
  readonly head: SnapshotHead;
  readonly blockBytes: number;
  /** Where the data begins. */
  readonly sizeBytes: number;
  readonly checksum: number;
}

export interface Tail {
  readonly dataBytes: number;
  readonly checksum: number;
}

/** Thrown for bytes that are not what was written; `at` is relative to the bytes in hand. */
export class Damage extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.name = "Damage";
    this.at = at;
  }
}

export function encodeHead({ index, term, membership }: SnapshotHead): Uint8Array {
  const members = encodeMembership(membership);
  const bytes = new Uint8Array(HEAD_FIXED_BYTES + members.length + 4);
  const view = viewOf(bytes);
  view.setUint32(0, HEAD_MAGIC, true);
  view.setUint32(4, FORMAT_VERSION, true);
  view.setUint32(8, BLOCK_BYTES, true);
  view.setUint32(12, members.length, true);
  writeInteger(view, 16, index);
  writeInteger(view, 24, term);
  bytes.set(members, HEAD_FIXED_BYTES);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** How long the whole head is, by its first `HEAD_FIXED_BYTES`. */
export function headLength(fixed: Uint8Array): number {
  if (fixed.length < HEAD_FIXED_BYTES) throw new Damage(fixed.length, "the file ends in its head");
  const view = viewOf(fixed);
  if (view.getUint32(0, true) !== HEAD_MAGIC) throw new Damage(0, "it does not begin as a snapshot does");
  const version = view.getUint32(4, true);
  if (version !== FORMAT_VERSION) throw new Damage(4, `its format is ${version}; this version reads ${FORMAT_VERSION}`);
  const membershipBytes = view.getUint32(12, true);
  if (membershipBytes > MEMBERSHIP_BYTES_MAX) throw new Damage(12, `its membership claims ${membershipBytes} bytes`);
  return HEAD_FIXED_BYTES + membershipBytes + 4;
}

export function decodeHead(bytes: Uint8Array): Head {
  const view = viewOf(bytes);
  const checksum = view.getUint32(bytes.length - 4, true);
  if (crc32(bytes.subarray(0, -4)) !== checksum) throw new Damage(0, "the checksum of its head does not match");
  const blockBytes = view.getUint32(8, true);
  try {
    checkInteger("block size", blockBytes, 1);
    const membership = decodeMembership(bytes.subarray(HEAD_FIXED_BYTES, -4));
    const head = { index: readInteger(view, 16), term: readInteger(view, 24), membership };
    checkHead(head);
    return { head, blockBytes, sizeBytes: bytes.length, checksum };
  } catch (error) {
    throw new Damage(0, `its head is impossible: ${String(error)}`);
  }
}

export function encodeFoot(blockChecksums: readonly number[], tail: Tail, headChecksum: number): Uint8Array {
  const bytes = new Uint8Array(blockChecksums.length * 4 + TAIL_BYTES);
  const view = viewOf(bytes);
  blockChecksums.forEach((checksum, i) => view.setUint32(i * 4, checksum, true));
  const at = blockChecksums.length * 4;
  writeInteger(view, at, tail.dataBytes);
  view.setUint32(at + 8, tail.checksum, true);
  view.setUint32(at + 12, footChecksum(bytes, headChecksum), true);
  view.setUint32(at + 16, FOOT_MAGIC, true);
  return bytes;
}

/** The last `TAIL_BYTES` of a file, not yet checked against their checksum. */
export function peekTail(bytes: Uint8Array): Tail {
  if (bytes.length < TAIL_BYTES) throw new Damage(bytes.length, "the file ends in its head");
  const view = viewOf(bytes);
  if (view.getUint32(16, true) !== FOOT_MAGIC) throw new Damage(16, "it does not end as a snapshot does");
  return { dataBytes: readInteger(view, 0), checksum: view.getUint32(8, true) };
}

/** The checksums of the blocks, from a whole foot. */
export function decodeFoot(bytes: Uint8Array, headChecksum: number): readonly number[] {
  const view = viewOf(bytes);
  if (view.getUint32(bytes.length - 8, true) !== footChecksum(bytes, headChecksum)) {
    throw new Damage(0, "the checksum of its foot does not match");
  }
  return Array.from({ length: (bytes.length - TAIL_BYTES) / 4 }, (_, i) => view.getUint32(i * 4, true));
}

function footChecksum(foot: Uint8Array, headChecksum: number): number {
  return crc32(foot.subarray(0, -8), headChecksum);
}

function writeInteger(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value % TWO_32, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_32), true);
}

function readInteger(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
