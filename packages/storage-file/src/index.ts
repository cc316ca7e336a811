export { FileStorage } from "./file-storage.ts";
export type { FileStorageOptions } from "./file-storage.ts";
export type { Identity } from "./format.ts";
export { inspectLog } from "./inspect-log.ts";
export type { Finding, InspectOptions, LogReport, SegmentReport } from "./inspect-log.ts";
