import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import type { SnapshotStoreMedium } from "@quorate/testing";
import { FileSnapshotStore, MemorySnapshotStore } from "../src/index.ts";
import { CrashingFileSystem } from "./crashing-file-system.ts";
import { heldBytes } from "./held-bytes.ts";

const FINISHED = /^snapshot-[0-9a-f-]+$/;

export const memoryMedium: SnapshotStoreMedium = {
  offers: ["crash"],
  async open() {
    let last = await MemorySnapshotStore.open();
    return {
      async store() {
        last = last.crash();
        return last;
      },
      async crash() {
        last = last.crash();
      },
      close: () => last.close(),
    };
  },
};

/** Real files. What a power failure does is for the simulated file system. */
export const fileMedium: SnapshotStoreMedium = {
  offers: ["damage", "debris", "memory"],
  async open() {
    const directory = await mkdtemp(join(tmpdir(), "quorate-snapshot-"));
    const latestPath = async (): Promise<string> => {
      const names = (await readdir(directory)).filter((name) => FINISHED.test(name));
      return join(directory, names.toSorted().at(-1) ?? "none");
    };
    return {
      store: () => FileSnapshotStore.open({ directory, fileSystem: nodeFileSystem }),
      stored: async () => readFile(await latestPath()),
      replaceStored: async (bytes) => writeFile(await latestPath(), bytes),
      debris: async () => (await readdir(directory)).filter((name) => name.endsWith(".tmp")),
      heldBytes,
      close: () => rm(directory, { recursive: true }),
    };
  },
};

export function crashingMedium(lucky: boolean): SnapshotStoreMedium {
  return {
    offers: ["crash", "damage", "debris", "fail", "held"],
    async open() {
      const fileSystem = new CrashingFileSystem();
      const directory = "/data/n1/snapshots";
      const finished = (): readonly string[] =>
        fileSystem.files.filter((path) => FINISHED.test(path.slice(directory.length + 1)));
      const latest = (): string => finished().at(-1) ?? "none";
      return {
        store: () => FileSnapshotStore.open({ directory, fileSystem }),
        crash: async () => fileSystem.crash(lucky),
        stored: async () => fileSystem.bytes(latest()),
        replaceStored: async (bytes) => fileSystem.replace(latest(), bytes),
        debris: async () => fileSystem.files.filter((path) => !finished().includes(path)),
        fail: (call, code, how) => fileSystem.fail(call, code, how),
        held: () => fileSystem.held,
        close: async () => {},
      };
    },
  };
}
