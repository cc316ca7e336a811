import type { Storage } from "@quorate/raft-core";
import { FileStorage } from "@quorate/storage-file";
import { type StorageFailure, type StorageMedium, storageSuite } from "@quorate/testing";
import { describe, test } from "vitest";
import { type CrashModel, crashModels } from "../../src/disk/crash-model.ts";
import { Computer } from "./computer.ts";
import { Pump } from "./pump.ts";

const DIRECTORY = "/data/log";

function storageMedium(pump: Pump, crashModel: CrashModel, segmentBytes: number): StorageMedium {
  let places = 0;
  return {
    durable: true,
    locks: true,
    identifies: true,
    fails: true,
    operations: 250,
    freshPlace: () => {
      places += 1;
      const computer = new Computer(pump.scheduler, String(places));
      return Promise.resolve({
        open: (owner = "owner"): Promise<Storage> => {
          const clusterId = owner === "other cluster" ? "c2" : "c1";
          const nodeId = owner === "other node" ? "n2" : "n1";
          const identity = { clusterId, nodeId };
          return FileStorage.open({ directory: DIRECTORY, fileSystem: computer.files, identity, segmentBytes });
        },
        crash: () => {
          computer.losePower(crashModel);
          return Promise.resolve();
        },
        failNext: (failure: StorageFailure) => {
          if (failure === "space")
            computer.disk.trip({ among: new Set(["write"]), call: 1, code: "ENOSPC", isForGood: false });
          else computer.disk.arm(failure, 1);
        },
        content: () => {
          const files = computer.names(DIRECTORY);
          return Promise.resolve(new Map(files.map((name) => [name, computer.bytes(`${DIRECTORY}/${name}`)])));
        },
        close: () => Promise.resolve(),
      });
    },
  };
}

describe.each(crashModels)("storage-file on a simulated disk, power lost: %s", (crashModel) => {
  describe("segments of a few writes", () => {
    const pump = new Pump();
    storageSuite(pump.test(test), storageMedium(pump, crashModel, 2000));
  });
});

describe("storage-file on a simulated disk, a segment for every write", () => {
  const pump = new Pump();
  storageSuite(pump.test(test), storageMedium(pump, "sectors", 1));
});
