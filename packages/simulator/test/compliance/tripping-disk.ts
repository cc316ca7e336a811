import { Disk, type DiskOperation } from "../../src/disk/disk.ts";
import { DiskError } from "../../src/disk/disk-error.ts";

export const changing: ReadonlySet<DiskOperation> = new Set([
  "write",
  "sync",
  "create",
  "rename",
  "remove",
  "sync-directory",
  "truncate",
]);

interface Trip {
  readonly among: ReadonlySet<DiskOperation>;
  /** The so-many-th of these, from 1. */
  readonly call: number;
  readonly code: "ENOSPC" | "EIO";
  readonly isForGood: boolean;
}

/** A disk of which a certain operation can be made to fail. */
export class TrippingDisk extends Disk {
  #trip: Trip | undefined;
  #calls = 0;

  /** Returns what ends it, and says whether it came to that. */
  trip(trip: Trip): () => boolean {
    this.#trip = trip;
    this.#calls = 0;
    return () => {
      this.#trip = undefined;
      return this.#calls >= trip.call;
    };
  }

  override fails(operation: DiskOperation): boolean {
    if (this.#trip !== undefined && this.#trip.among.has(operation)) {
      const { call, code, isForGood } = this.#trip;
      this.#calls += 1;
      const isDue = isForGood ? this.#calls >= call : this.#calls === call;
      if (isDue && code === "ENOSPC") throw new DiskError(code, operation);
      if (isDue) return true;
    }
    return super.fails(operation);
  }
}
