export { FileStorage } from "./file-storage.ts";
export type { FileStorageOptions } from "./file-storage.ts";
export type { Identity } from "./format.ts";
