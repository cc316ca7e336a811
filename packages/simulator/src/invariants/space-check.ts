import type { NodeRecord } from "./node-record.ts";
import { type Knowledge, violate } from "./observer.ts";

/** What a directory comes to. */
export interface Usage {
  readonly files: number;
  readonly bytes: number;
}

/** Of what the entries that are needed take, with a segment that is begun: 500 nodes came to 2.94. */
const BYTES_FACTOR = 6;
/** Votes, terms and marks, which count for more where little else is written. */
const BYTES_MORE = 8192;
/** Two that are kept, two that are being written or received, and the lock; 500 nodes had 4. */
const SNAPSHOT_FILES_MAX = 6;
/** Entries more than a snapshot leaves behind, while the next one is on its way. */
const ENTRIES_MORE = 50;

/** I15: what a node that has come to rest keeps on its disk is what it needs, and little more. */
export class SpaceCheck {
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  look(record: NodeRecord, log: Usage, snapshots: Usage): void {
    const { raft, segmentBytes, snapshotEntries } = this.#knowledge.configuration.node;
    const { base, lastIndex } = record.durable;
    const entries = lastIndex - base.index;
    // What a follower needs that is being sent a snapshot is kept until the next snapshot.
    const kept = Math.max(raft.trailingEntries, raft.catchUpEntriesMax);
    const entriesMax = 3 * snapshotEntries + kept + ENTRIES_MORE;
    if (entries > entriesMax) this.#violate(record, `its log has ${entries} entries, where ${entriesMax} are enough`);
    const bytesMax = BYTES_FACTOR * (sizeOf(record) + segmentBytes) + BYTES_MORE;
    if (log.bytes > bytesMax) this.#violate(record, `its log takes ${log.bytes} bytes, where ${bytesMax} are enough`);
    if (snapshots.files <= SNAPSHOT_FILES_MAX) return;
    this.#violate(record, `it keeps ${snapshots.files} files of snapshots, where ${SNAPSHOT_FILES_MAX} are enough`);
  }

  #violate(record: NodeRecord, reason: string): void {
    violate(this.#knowledge, "I15", record.id, reason);
  }
}

/** What the entries that the node needs take. */
function sizeOf({ durable }: NodeRecord): number {
  let bytes = 0;
  for (let at = durable.base.index + 1; at <= durable.lastIndex; at += 1) bytes += durable.get(at)?.record.length ?? 0;
  return bytes;
}
