export { lockHolder } from "./file-lock.ts";
export { nodeFileSystem } from "./node-file-system.ts";
