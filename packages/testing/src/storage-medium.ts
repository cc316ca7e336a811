import type { Storage } from "@quorate/raft-core";

/** What a storage promises, and what the suite can do to its medium. What it cannot is listed as not applying. */
export interface StorageMedium {
  /** What has resolved survives a crash: the place has `crash`. Otherwise nothing is ever reopened. */
  readonly durable: boolean;
  /** A second `open` of a place in use is refused with `LOCKED`. */
  readonly locks: boolean;
  /** The log of another node or cluster is refused with `WRONG_CLUSTER`. */
  readonly identifies: boolean;
  /** The place has `failNext`. */
  readonly fails: boolean;
  /** How many random operations the comparison with a model makes, three times; 1000 if absent. */
  readonly operations?: number;
  /** What may stay stored of entries that were compacted away: the place has `usage`. Absent: it is not known. */
  readonly spareBytesMax?: number;

  /** A place that holds nothing yet, for one case. */
  freshPlace(): Promise<StoragePlace>;
}

export type StorageOwner = "owner" | "other node" | "other cluster";

/** `write`: the medium takes no bytes; `sync`: it does not make them durable; `space`: it is full. */
export type StorageFailure = "write" | "sync" | "space";

export interface StoragePlace {
  /** Opens what the place holds, for the node and cluster that it belongs to unless another is named. */
  open(owner?: StorageOwner): Promise<Storage>;

  /**
   * Ends the storage as a crash of process and machine would, in the middle of whatever it does: promises that had not
   * resolved may do anything. `open` is called next.
   */
  crash?(storage: Storage): Promise<void>;

  /** Makes the next access of that kind fail, once. */
  failNext?(failure: StorageFailure): void;

  /** All that is stored, for comparing. Called when no storage is open. */
  content?(): Promise<unknown>;

  /** What is stored, in bytes, and how many files, locks and the like are open. Called when no storage is open any more. */
  usage?(): Promise<{ readonly bytes: number; readonly handles: number }>;

  /** Called when every storage is closed or crashed. */
  close(): Promise<void>;
}
