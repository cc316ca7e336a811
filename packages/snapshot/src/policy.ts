import type { SinceSnapshot, SnapshotPolicy } from "@quorate/raft-core";

export interface SnapshotThresholds {
  readonly entries?: number;
  readonly bytes?: number;
  /**
   * And not before the entries since the last snapshot take at least this many times the bytes that it had: with 1, no
   * more is written for snapshots than for the log, however large the state is. Default: 0.
   */
  readonly growth?: number;
}

/** Take a snapshot whenever so many entries, or so many bytes of them, were applied since the last one. */
export function snapshotEvery(thresholds: SnapshotThresholds): SnapshotPolicy {
  const { entries = Infinity, bytes = Infinity, growth = 0 } = thresholds;
  if (!(entries > 0)) throw new TypeError(`entries is ${entries}, but must be above 0`);
  if (!(bytes > 0)) throw new TypeError(`bytes is ${bytes}, but must be above 0`);
  if (!(growth >= 0)) throw new TypeError(`growth is ${growth}, but must be 0 or more`);
  if (entries === Infinity && bytes === Infinity) throw new TypeError("give entries, bytes, or both");
  return (since: SinceSnapshot) =>
    (since.entries >= entries || since.bytes >= bytes) && since.bytes >= growth * since.snapshotBytes;
}
