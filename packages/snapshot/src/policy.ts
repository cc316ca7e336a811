import type { SinceSnapshot, SnapshotPolicy } from "@quorate/raft-core";

export interface SnapshotThresholds {
  readonly entries?: number;
  readonly bytes?: number;
}

/** Take a snapshot whenever so many entries, or so many bytes of them, were applied since the last one. */
export function snapshotEvery(thresholds: SnapshotThresholds): SnapshotPolicy {
  const { entries = Infinity, bytes = Infinity } = thresholds;
  if (!(entries > 0)) throw new TypeError(`entries is ${entries}, but must be above 0`);
  if (!(bytes > 0)) throw new TypeError(`bytes is ${bytes}, but must be above 0`);
  if (entries === Infinity && bytes === Infinity) throw new TypeError("give entries, bytes, or both");
  return (since: SinceSnapshot) => since.entries >= entries || since.bytes >= bytes;
}
