import type { SnapshotStore } from "@quorate/raft-core";
import { FileSnapshotStore } from "@quorate/snapshot";
import { type SnapshotStoreMedium, snapshotStoreSuite } from "@quorate/testing";
import { describe, test } from "vitest";
import { type CrashModel, crashModels } from "../../src/disk/crash-model.ts";
import { Computer } from "./computer.ts";
import { Pump } from "./pump.ts";
import { changing } from "./tripping-disk.ts";

const DIRECTORY = "/data/snapshots";
const FINISHED = /^snapshot-[0-9a-f-]+$/;

/** What a dead process was waiting for never comes; a case that has kept such a promise hears of it by this. */
class Life {
  readonly #end = Promise.withResolvers<never>();

  constructor() {
    this.#end.promise.catch(() => undefined);
  }

  end(): void {
    this.#end.reject(new Error("the process has died"));
  }

  /** The store, whose promises are rejected when the process dies. */
  bound(store: SnapshotStore): SnapshotStore {
    const within = <T>(outcome: Promise<T>): Promise<T> => Promise.race([outcome, this.#end.promise]);
    return {
      latest: () => within(store.latest()),
      save: (head, chunks) => within(store.save(head, chunks)),
      read: (snapshot) => store.read(snapshot),
      readChunk: (snapshot, offsetBytes, maxBytes) => within(store.readChunk(snapshot, offsetBytes, maxBytes)),
      receive: (snapshot, offsetBytes, data) => within(store.receive(snapshot, offsetBytes, data)),
      close: () => within(store.close()),
    };
  }
}

/** It does not count what is open: `held` is left out. */
function snapshotMedium(pump: Pump, crashModel: CrashModel): SnapshotStoreMedium {
  let places = 0;
  return {
    offers: ["crash", "damage", "debris", "fail"],
    open() {
      places += 1;
      const computer = new Computer(pump.scheduler, String(places));
      const latest = (): string => {
        const finished = computer.names(DIRECTORY).filter((name) => FINISHED.test(name));
        return `${DIRECTORY}/${finished.at(-1) ?? "none"}`;
      };
      let life = new Life();
      return Promise.resolve({
        store: async () =>
          life.bound(await FileSnapshotStore.open({ directory: DIRECTORY, fileSystem: computer.files })),
        crash: () => {
          computer.losePower(crashModel);
          life.end();
          life = new Life();
          return Promise.resolve();
        },
        stored: () => Promise.resolve(computer.bytes(latest())),
        replaceStored: (bytes: Uint8Array) => Promise.resolve(computer.replace(latest(), bytes)),
        debris: () => Promise.resolve(computer.names(DIRECTORY).filter((name) => !FINISHED.test(name))),
        fail: (call, code, how) => computer.disk.trip({ among: changing, call, code, isForGood: how === "for-good" }),
        close: () => Promise.resolve(),
      });
    },
  };
}

describe.each(crashModels)("P40 snapshot on a simulated disk, power lost: %s", (crashModel) => {
  const pump = new Pump();
  snapshotStoreSuite(pump.test(test), snapshotMedium(pump, crashModel));
});
