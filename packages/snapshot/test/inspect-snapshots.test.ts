import type { FileSystem } from "@quorate/raft-core";
import { membershipOf } from "@quorate/raft-core";
import { beforeEach, expect, test } from "vitest";
import { FileSnapshotStore, inspectSnapshots } from "../src/index.ts";
import { CrashingFileSystem } from "./crashing-file-system.ts";

const directory = "/data/snapshots";
const membership = membershipOf([{ id: "n1", address: "x" }]);
const data = new Uint8Array(200_000).fill(7);

let fileSystem: CrashingFileSystem;

beforeEach(async () => {
  fileSystem = new CrashingFileSystem();
  const store = await FileSnapshotStore.open({ directory, fileSystem });
  for (const index of [1, 2]) await store.save({ index, term: 1, membership }, [data]);
  await store.close();
  // In the middle of the data of both.
  for (const file of fileSystem.files) fileSystem.replace(file, fileSystem.bytes(file).fill(0, 100_000, 100_001));
});

test("all of them are read to their end, unless the latest is left to others", async () => {
  const all = await inspectSnapshots({ directory, fileSystem });
  expect(all.map(({ snapshot }) => snapshot?.index)).toEqual([1, 2]);
  const older = await inspectSnapshots({ directory, fileSystem, skipLatest: true });
  expect(older).toEqual(all.slice(0, 1));
  expect(older[0]?.damage).toMatchObject({ reason: "the checksum of a block does not match" });
});

/** The same one, where something happens before a file is opened. */
function interrupted(meanwhile: (path: string) => void | Promise<void>): Pick<FileSystem, "list" | "open"> {
  return {
    list: (path) => fileSystem.list(path),
    open: async (path, mode) => {
      await meanwhile(path);
      return fileSystem.open(path, mode);
    },
  };
}

test("one that its store removes meanwhile is left out; one that cannot be read is not", async () => {
  const [first = ""] = fileSystem.files;
  const removing = interrupted((path) => (path === first ? fileSystem.remove(path) : undefined));
  const reports = await inspectSnapshots({ directory, fileSystem: removing });
  expect(reports.map(({ snapshot }) => snapshot?.index)).toEqual([2]);
  const failing = interrupted(() => Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" })));
  await expect(inspectSnapshots({ directory, fileSystem: failing })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
});

test("an abort ends it", async () => {
  const stopping = new AbortController();
  const aborting = interrupted(() => stopping.abort(new Error("enough")));
  const { signal } = stopping;
  await expect(inspectSnapshots({ directory, fileSystem: aborting, signal })).rejects.toThrow("enough");
});
