export { MemoryStorage } from "./memory-storage.ts";
export type { MemoryStorageOptions } from "./memory-storage.ts";
