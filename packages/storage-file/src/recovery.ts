import { ActiveSegment } from "./active-segment.ts";
import type { LogIndex } from "./log-index.ts";
import type { Outline } from "./outline.ts";
import { type LastSegment, readLog } from "./read-log.ts";
import type { Replay } from "./replay.ts";
import { readBytes } from "./scan.ts";
import type { Segment } from "./segment.ts";
import type { Place, SegmentFile } from "./segment-chain.ts";

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
  const { replay, earlier, last, leftovers } = await readLog(place);
  if (last === undefined) {
    await removeLeftovers(place, leftovers);
    return undefined;
  }
  const active = await mend(place, replay, last);
  try {
    await removeLeftovers(place, leftovers);
  } catch (error) {
    await active.close();
    throw error;
  }
  return { outline: replay.outline, index: replay.index, segments: [...earlier, active.segment], active };
}

/**
 * Cuts off what a crash left of the last write. What is kept of that write is written once more: it may never have been
 * synced, or the sync may have failed and left pages that only look clean.
 */
async function mend(place: Place, replay: Replay, last: LastSegment): Promise<ActiveSegment> {
  const { segment, sizeBytes, endBytes, isTorn } = last;
  const handle = await place.fileSystem.open(segment.path, "write");
  try {
    if (isTorn) {
      place.logger.warn("an interrupted write at the end of the log is cut off", {
        file: segment.path,
        offsetBytes: endBytes,
        cutBytes: sizeBytes - endBytes,
      });
      await handle.truncate(endBytes);
    }
    segment.endBytes = endBytes;
    const checksum = replay.replacing?.checksum ?? replay.checksum;
    // A mark proves what precedes it, but not itself.
    const unproven = await readBytes(handle, replay.provenBytes, endBytes);
    await handle.write([unproven], replay.provenBytes);
    await handle.sync();
    await place.fileSystem.syncDirectory(place.directory);
    return new ActiveSegment(segment, handle, {
      allocatedBytes: isTorn ? endBytes : sizeBytes,
      checksum,
      endsWithMark: replay.endsWithMark,
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function removeLeftovers(place: Place, leftovers: readonly SegmentFile[]): Promise<void> {
  for (const file of leftovers) {
    place.logger.info("a file that is no part of the log any more is removed", { file: file.path });
    await place.fileSystem.remove(file.path);
  }
  if (leftovers.length > 0) await place.fileSystem.syncDirectory(place.directory);
}
