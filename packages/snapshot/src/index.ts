export { crc32 } from "./crc32.ts";
export { FileSnapshotStore } from "./file-snapshot-store.ts";
export type { FileSnapshotStoreOptions } from "./file-snapshot-store.ts";
export { inspectSnapshots } from "./inspect-snapshots.ts";
export type { InspectSnapshotsOptions, SnapshotReport } from "./inspect-snapshots.ts";
export { MemorySnapshotStore } from "./memory-snapshot-store.ts";
export type { MemorySnapshotStoreOptions } from "./memory-snapshot-store.ts";
export { snapshotEvery } from "./policy.ts";
export type { SnapshotThresholds } from "./policy.ts";
