/**
 * What a loss of power does to what was not synced.
 *
 * - `ordered`: it took effect in order up to some point, and the operation at that point is torn at any byte (a
 *   journaling file system, one queue).
 * - `sectors`: every sector of a file holds what it held at some moment since the last sync, each another one, and any
 *   one of them may be torn at any byte; directory entries are kept or lost one by one (a page cache, written back in any order).
 * - `writes`: every single write is kept, lost or torn whatever became of the others (the letter of the port's contract).
 */
export type CrashModel = "ordered" | "sectors" | "writes";

export const crashModels: readonly CrashModel[] = ["ordered", "sectors", "writes"];
