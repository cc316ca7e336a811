import type { Storage } from "@quorate/raft-core";
import type { StorageMedium, StorageOwner } from "../src/index.ts";
import { type ToyDisk, bytesOf, failure } from "./toy-storage-disk.ts";
import type { ToyStorageFlaw } from "./toy-storage-flaws.ts";
import { ToyStorage } from "./toy-storage.ts";

/** A place in memory for toy storages with at most one flaw. */
export function toyStorageMedium(flaw?: ToyStorageFlaw): StorageMedium {
  return {
    durable: true,
    locks: true,
    identifies: true,
    fails: true,
    operations: 300,
    spareBytesMax: 0,
    freshPlace: async () => {
      const disk: ToyDisk = {
        hardState: { term: 0, votedFor: undefined },
        base: { index: 0, term: 0 },
        entries: [],
        openings: 0,
        failure: undefined,
        isLocked: false,
        spareBytes: 0,
        handles: 0,
      };
      let isFirst = true;
      const open = async (owner: StorageOwner = "owner"): Promise<Storage> => {
        if (disk.isLocked && flaw !== "no lock") throw failure("LOCKED");
        if (owner !== "owner" && flaw !== "no owner") throw failure("WRONG_CLUSTER");
        if (flaw === "notes every opening") disk.openings += 1;
        const isEmpty = disk.hardState.term === 0 && disk.base.index + disk.entries.length === 0;
        const getsTerm = flaw === "an empty place gets a term" && isEmpty && !isFirst;
        if (getsTerm) disk.hardState = { term: 1, votedFor: undefined };
        isFirst = false;
        return new ToyStorage(disk, flaw);
      };
      return {
        open,
        crash: async (storage) => {
          if (storage instanceof ToyStorage) storage.crash();
        },
        failNext: (kind) => {
          disk.failure = kind;
        },
        content: async () =>
          structuredClone({ openings: disk.openings, lastIndex: disk.base.index + disk.entries.length }),
        usage: async () => ({ bytes: bytesOf(disk.entries) + disk.spareBytes, handles: disk.handles }),
        close: async () => {},
      };
    },
  };
}
