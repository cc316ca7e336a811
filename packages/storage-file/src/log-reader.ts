import { Entry } from "@quorate/raft-core";
import { corrupt } from "./failures.ts";
import type { Extent } from "./log-index.ts";
import { scanRecords } from "./scan.ts";

const CHUNK_BYTES_MAX = 1024 * 1024;

/** An extent is entered somewhat before its first entry, and other records stand between entries. */
const EXTRA_BYTES = 64 * 1024;

/** The entries of the extents in order, as many as fit in `maxBytes` but at least one, each verified. */
export async function readEntries(extents: readonly Extent[], maxBytes: number): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let leftBytes = maxBytes;
  for (const extent of extents) {
    const isFull = await readExtent(extent, leftBytes, (entry) => {
      if (entries.length > 0 && entry.sizeBytes > leftBytes) return false;
      entries.push(entry);
      leftBytes -= entry.sizeBytes;
      return true;
    });
    if (isFull) break;
  }
  return entries;
}

/** Hands over entry by entry until `take` refuses one; resolves with whether it did. */
async function readExtent(extent: Extent, maxBytes: number, take: (entry: Entry) => boolean): Promise<boolean> {
  const { segment, fromBytes, toBytes, fromIndex, toIndex } = extent;
  const file = await segment.reader();
  const chunkBytes = Math.min(CHUNK_BYTES_MAX, Math.max(0, maxBytes) + EXTRA_BYTES);
  let next = fromIndex;
  let isFull = false;
  const end = await scanRecords(file, { fromBytes, toBytes, chunkBytes }, (record, _, bytes) => {
    const entry = Entry.fromRecord(record, bytes);
    if (entry === undefined || entry.index < next) return true;
    if (entry.index > next) return false;
    isFull = !take(entry);
    if (!isFull) next += 1;
    return !isFull && next <= toIndex;
  });
  if (isFull || next > toIndex) return isFull;
  const reason = end.type === "damaged" ? end.reason : `entry ${next} is not where it was written`;
  throw corrupt(segment.path, end.offsetBytes, reason);
}
