import type { FileHandle } from "@quorate/raft-core";
import { type Damage, isTornMark, judge } from "./damage.ts";
import { corrupt } from "./failures.ts";
import { Replay } from "./replay.ts";
import { type ScanEnd, scanRecords } from "./scan.ts";
import { Segment } from "./segment.ts";
import {
  type FoundSegment,
  type Place,
  type SegmentFile,
  findNewest,
  followChain,
  listSegments,
} from "./segment-chain.ts";

const CHUNK_BYTES = 1024 * 1024;

/** The last segment as it was found. */
export interface LastSegment {
  readonly segment: Segment;
  readonly sizeBytes: number;
  /** Where what can be kept of it ends, and whether anything is behind that but zeros. */
  readonly endBytes: number;
  readonly isTorn: boolean;
}

/** A log that has been read and verified to its end. Nothing has been changed. */
export interface FoundLog {
  readonly replay: Replay;
  /** Ascending; without the last one. */
  readonly earlier: readonly Segment[];
  /** Undefined where no log was ever begun. */
  readonly last: LastSegment | undefined;
  /** Segments that were deleted and came back with a crash, and one whose creation was interrupted. */
  readonly leftovers: readonly SegmentFile[];
}

/** Reads the log of a directory. Rejects with `CORRUPT` where not all of it can be believed. */
export async function readLog(place: Place): Promise<FoundLog> {
  const files = await listSegments(place);
  const newest = await findNewest(place, files);
  const chain = newest === undefined ? [] : await followChain(place, files, newest);
  const leftovers = files.filter((file) => !chain.some((found) => found.file === file));
  const replay = new Replay();
  const earlier: Segment[] = [];
  for (const found of chain.slice(0, -1)) earlier.push(await readEarlier(place, replay, found));
  const found = chain.at(-1);
  return { replay, earlier, last: found && (await readLast(place, replay, found)), leftovers };
}

/**
 * A segment that others follow was durable before they were begun, but for a mark at its very end, which a crash may
 * have torn. If whole records are missing there, the next header will not fit.
 */
async function readEarlier(place: Place, replay: Replay, found: FoundSegment): Promise<Segment> {
  const { segment, end, damage } = await readSegment(place, replay, found);
  if (end.type === "damaged" && damage.type !== "blank" && !isTornMark(damage)) {
    throw corrupt(segment.path, end.offsetBytes, `${end.reason}, although another segment follows`);
  }
  if (replay.replacing !== undefined) throw corrupt(segment.path, end.offsetBytes, "a replacement lacks its entry");
  return segment;
}

/** The last segment may end with what a crash left of the last write. */
async function readLast(place: Place, replay: Replay, found: FoundSegment): Promise<LastSegment> {
  const { segment, end, damage, sizeBytes } = await readSegment(place, replay, found);
  if (end.type === "damaged" && damage.type === "damaged") {
    const reason = `${end.reason}, although a whole record follows at offset ${damage.followedAtBytes}`;
    throw corrupt(segment.path, end.offsetBytes, reason);
  }
  const violation = replay.finish();
  if (violation !== undefined) throw corrupt(segment.path, 0, violation);
  const endBytes = replay.replacing?.offsetBytes ?? end.offsetBytes;
  return { segment, sizeBytes, endBytes, isTorn: damage.type === "torn" || replay.replacing !== undefined };
}

interface ReadSegment {
  readonly segment: Segment;
  readonly end: ScanEnd;
  readonly damage: Damage;
  readonly sizeBytes: number;
}

async function readSegment(place: Place, replay: Replay, found: FoundSegment): Promise<ReadSegment> {
  const handle = await place.fileSystem.open(found.file.path, "read");
  try {
    return await replaySegment(place, replay, { ...found, handle });
  } finally {
    await handle.close();
  }
}

async function replaySegment(
  place: Place,
  replay: Replay,
  found: FoundSegment & { readonly handle: FileHandle },
): Promise<ReadSegment> {
  const { file, header, handle } = found;
  const segment = new Segment(place.fileSystem, file, found.headerBytes);
  const misfit = replay.enter(header, found.headerChecksum);
  if (misfit !== undefined) throw corrupt(file.path, 0, misfit);
  const sizeBytes = await handle.sizeBytes();
  let violation: string | undefined;
  let violatedAtBytes = 0;
  const range = { fromBytes: found.headerBytes, toBytes: sizeBytes, chunkBytes: CHUNK_BYTES };
  const end = await scanRecords(handle, range, (record, offsetBytes, bytes) => {
    violation = replay.apply(segment, record, { offsetBytes, bytes });
    violatedAtBytes = offsetBytes;
    return violation === undefined;
  });
  if (violation !== undefined) throw corrupt(file.path, violatedAtBytes, violation);
  segment.endBytes = end.offsetBytes;
  const rest = { sequence: file.sequence, fromBytes: end.offsetBytes, sizeBytes };
  const damage: Damage = end.type === "damaged" ? await judge(handle, rest) : { type: "blank" };
  return { segment, end, damage, sizeBytes };
}
