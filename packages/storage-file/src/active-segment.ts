import { crc32 } from "node:zlib";
import type { FileHandle } from "@quorate/raft-core";
import { type SegmentHeader, encodeMark, segmentName } from "./format.ts";
import { Segment } from "./segment.ts";
import type { Place } from "./segment-chain.ts";

/**
 * How far ahead of the log zeros are written: syncing what overwrites them is cheaper than syncing what lengthens the
 * file. Big writes are better off without, as every byte would be written twice.
 */
const ZEROS_AHEAD_BYTES = 1024 * 1024;
const BIG_WRITE_BYTES = 64 * 1024;

/** The segment that is written to. Its handle's calls come one after the other. */
export class ActiveSegment {
  readonly segment: Segment;
  readonly #handle: FileHandle;
  #allocatedBytes: number;
  /** CRC-32 of everything before `endBytes`. */
  #checksum: number;
  /** Everything before `endBytes` is marked, durably. */
  #endsWithMark: boolean;
  /** A mark stands behind `endBytes`, but may yet be lost. */
  #isMarked = false;

  constructor(
    segment: Segment,
    handle: FileHandle,
    end: { readonly allocatedBytes: number; readonly checksum: number; readonly endsWithMark: boolean },
  ) {
    this.segment = segment;
    this.#handle = handle;
    this.#allocatedBytes = end.allocatedBytes;
    this.#checksum = end.checksum;
    this.#endsWithMark = end.endsWithMark;
  }

  /** Creates an empty file; nothing of it counts until its header has been written and its directory synced. */
  static async create(place: Place, header: SegmentHeader): Promise<ActiveSegment> {
    const path = `${place.directory}/${segmentName(header)}`;
    const handle = await place.fileSystem.open(path, "create");
    const segment = new Segment(place.fileSystem, { path, sequence: header.sequence }, 0);
    return new ActiveSegment(segment, handle, { allocatedBytes: 0, checksum: 0, endsWithMark: true });
  }

  /** What must stand before the next records: proof that all before them is durable, unless it stands there already. */
  preamble(): readonly Uint8Array[] {
    if (this.#endsWithMark) return [];
    const { sequence, endBytes } = this.segment;
    return [encodeMark({ sequence, offsetBytes: endBytes, checksum: this.#checksum })];
  }

  /** Writes behind the last record and syncs. The file is not lengthened ahead of the log beyond `roomBytes`. */
  async write(chunks: readonly Uint8Array[], roomBytes: number): Promise<void> {
    const writtenBytes = sizeOf(chunks);
    const endBytes = this.segment.endBytes + writtenBytes;
    const isRoomLeft = endBytes <= this.#allocatedBytes || writtenBytes >= BIG_WRITE_BYTES;
    const zeros = new Uint8Array(isRoomLeft ? 0 : clamp(roomBytes - endBytes, 0, ZEROS_AHEAD_BYTES));
    const writing = this.#handle.write([...chunks, zeros], this.segment.endBytes);
    const checksum = chunks.reduce((sum, chunk) => crc32(chunk, sum), this.#checksum);
    await writing;
    await this.#handle.sync();
    this.#checksum = checksum;
    this.segment.endBytes = endBytes;
    this.#allocatedBytes = Math.max(this.#allocatedBytes, endBytes + zeros.length);
    this.#endsWithMark = false;
    this.#isMarked = false;
  }

  /**
   * Marks everything as durable, unless it is marked. Not synced: the mark may be lost with a crash, and then only makes
   * damage to the last write look like a torn one. So the next write brings the same mark along, in one piece with what
   * follows it: else a crash could lose the one and keep the other, which would look like damage.
   */
  async mark(): Promise<void> {
    if (this.#isMarked || this.#endsWithMark) return;
    const chunks = this.preamble();
    await this.#handle.write(chunks, this.segment.endBytes);
    this.#allocatedBytes = Math.max(this.#allocatedBytes, this.segment.endBytes + sizeOf(chunks));
    this.#isMarked = true;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
