import type { SnapshotStore } from "@quorate/raft-core";

/** What a place may be able to do beyond opening stores; see the methods of `SnapshotStorePlace`. */
export type SnapshotStoreOffer = "crash" | "damage" | "debris" | "fail" | "held" | "memory";

/** A kind of snapshot store, as it is put under test. */
export interface SnapshotStoreMedium {
  /** Without `crash` the medium does not promise durability. */
  readonly offers: readonly SnapshotStoreOffer[];
  /** An empty place for one case. */
  open(): Promise<SnapshotStorePlace>;
}

export interface SnapshotStorePlace {
  /** Opens a store in this place; the one before it is closed or crashed. */
  store(): Promise<SnapshotStore>;

  /** `crash`: ends everything at once, as if the power had gone; then `store` opens what is left. */
  crash?(): Promise<void>;

  /** `damage`: the bytes that the latest finished snapshot is stored as. No store is open. */
  stored?(): Promise<Uint8Array>;

  /** `damage`: replaces those bytes. No store is open. */
  replaceStored?(bytes: Uint8Array): Promise<void>;

  /** `debris`: the names of what is stored and belongs to no finished snapshot. */
  debris?(): Promise<readonly string[]>;

  /**
   * `fail`: from now on, counted from 1, the `call`-th operation that changes the medium fails: `once`, or that one and
   * everything after it until `crash`. The returned function says whether it came to that, and ends it.
   */
  fail?(call: number, code: "ENOSPC" | "EIO", how: "once" | "for-good"): () => boolean;

  /** `held`: how many files, locks and the like are open. */
  held?(): number;

  /** `memory`: the bytes that this process holds in memory, garbage left out. */
  heldBytes?(): Promise<number>;

  /** Called last, whatever happened. */
  close(): Promise<void>;
}
