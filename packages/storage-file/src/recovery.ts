import type { FileHandle } from "@quorate/raft-core";
import { ActiveSegment } from "./active-segment.ts";
import { type Damage, judge } from "./damage.ts";
import { corrupt } from "./failures.ts";
import { MARK_BYTES } from "./format.ts";
import type { LogIndex } from "./log-index.ts";
import type { Outline } from "./outline.ts";
import { Replay } from "./replay.ts";
import { type ScanEnd, readBytes, scanRecords } from "./scan.ts";
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

/** A log as it was found, ready to be written on. */
export interface Recovered {
  readonly outline: Outline;
  readonly index: LogIndex;
  /** Ascending; the last one is the one that is written to. */
  readonly segments: readonly Segment[];
  readonly active: ActiveSegment;
}

/** Reads the log of a directory; undefined where none was ever begun. Changes nothing unless all of it can be believed. */
export async function recover(place: Place): Promise<Recovered | undefined> {
  const files = await listSegments(place);
  const newest = await findNewest(place, files);
  const chain = newest === undefined ? [] : await followChain(place, files, newest);
  const replay = new Replay();
  const segments: Segment[] = [];
  for (const found of chain.slice(0, -1)) segments.push(await replayEarlier(place, replay, found));
  const last = chain.at(-1);
  if (last === undefined) {
    await removeLeftovers(place, files, chain);
    return undefined;
  }
  const active = await replayLast(place, replay, last);
  try {
    await removeLeftovers(place, files, chain);
  } catch (error) {
    await active.close();
    throw error;
  }
  return { outline: replay.outline, index: replay.index, segments: [...segments, active.segment], active };
}

/**
 * A segment that others follow was durable before they were begun, but for a mark at its very end, which a crash may
 * have torn. If whole records are missing there, the next header will not fit.
 */
async function replayEarlier(place: Place, replay: Replay, found: FoundSegment): Promise<Segment> {
  const file = await place.fileSystem.open(found.file.path, "read");
  try {
    const { segment, end, damage } = await replaySegment(place, replay, { ...found, handle: file });
    const isTornMark = damage.type === "torn" && damage.leftBytes <= MARK_BYTES;
    if (end.type === "damaged" && damage.type !== "blank" && !isTornMark) {
      throw corrupt(segment.path, end.offsetBytes, `${end.reason}, although another segment follows`);
    }
    if (replay.replacing !== undefined) throw corrupt(segment.path, end.offsetBytes, "a replacement lacks its entry");
    return segment;
  } finally {
    await file.close();
  }
}

/**
 * The last segment may end with what a crash left of the last write; that is cut off. What is kept of that write is
 * written once more: it may never have been synced, or the sync may have failed and left pages that only look clean.
 */
async function replayLast(place: Place, replay: Replay, found: FoundSegment): Promise<ActiveSegment> {
  const handle = await place.fileSystem.open(found.file.path, "write");
  try {
    const { segment, end, damage, sizeBytes } = await replaySegment(place, replay, { ...found, handle });
    if (end.type === "damaged" && damage.type === "damaged") {
      const reason = `${end.reason}, although a whole record follows at offset ${damage.followedAtBytes}`;
      throw corrupt(segment.path, end.offsetBytes, reason);
    }
    const violation = replay.finish();
    if (violation !== undefined) throw corrupt(segment.path, 0, violation);
    const endBytes = replay.replacing?.offsetBytes ?? end.offsetBytes;
    let allocatedBytes = sizeBytes;
    if (damage.type === "torn" || replay.replacing !== undefined) {
      place.logger.warn("an interrupted write at the end of the log is cut off", {
        file: segment.path,
        offsetBytes: endBytes,
        cutBytes: sizeBytes - endBytes,
      });
      await handle.truncate(endBytes);
      allocatedBytes = endBytes;
    }
    segment.endBytes = endBytes;
    const checksum = replay.replacing?.checksum ?? replay.checksum;
    // A mark proves what precedes it, but not itself.
    const unproven = await readBytes(handle, replay.provenBytes, endBytes);
    await handle.write([unproven], replay.provenBytes);
    await handle.sync();
    await place.fileSystem.syncDirectory(place.directory);
    return new ActiveSegment(segment, handle, { allocatedBytes, checksum, endsWithMark: replay.endsWithMark });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface Replayed {
  readonly segment: Segment;
  readonly end: ScanEnd;
  readonly damage: Damage;
  readonly sizeBytes: number;
}

async function replaySegment(
  place: Place,
  replay: Replay,
  found: FoundSegment & { readonly handle: FileHandle },
): Promise<Replayed> {
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

/** Segments that were deleted and came back with a crash, and one whose creation was interrupted. */
async function removeLeftovers(
  place: Place,
  files: readonly SegmentFile[],
  chain: readonly FoundSegment[],
): Promise<void> {
  const leftovers = files.filter((file) => !chain.some((found) => found.file === file));
  for (const file of leftovers) {
    place.logger.info("a file that is no part of the log any more is removed", { file: file.path });
    await place.fileSystem.remove(file.path);
  }
  if (leftovers.length > 0) await place.fileSystem.syncDirectory(place.directory);
}
