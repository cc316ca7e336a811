import { nodeFileSystem } from "@quorate/file-system";
import { type FileSystem, type Storage, seededRandom } from "@quorate/raft-core";
import { type StorageMedium, storageSuite } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { RecordingFileSystem, crashImage, readImage, writeImage } from "./recording-file-system.ts";
import { contentOf, entriesOf, entryOf, openLog, temporaryDirectory } from "./temporary-directory.ts";

/** The long runs, which take minutes: `QUORATE_LONG=1`, and a test timeout that lets them. */
const isLong = process.env["QUORATE_LONG"] === "1";

/** Crashes keep what was synced, and a random part of the rest: calls left out, writes cut short. */
function medium(segmentBytes: number): StorageMedium {
  const random = seededRandom(segmentBytes);
  // The segment in use, and the one before it, whose end an unfinished write may need.
  const spareBytesMax = 2 * segmentBytes + 4096;
  return {
    ...(spareBytesMax < 64 * 1024 ? { spareBytesMax } : {}),
    durable: true,
    locks: true,
    identifies: true,
    fails: true,
    operations: isLong ? 34_000 : 250,
    freshPlace: async () => {
      const directory = await temporaryDirectory();
      const path = `${directory.path}/a/log`;
      const fileSystems = new Map<Storage, RecordingFileSystem>();
      let latest: RecordingFileSystem | undefined;
      return {
        open: async (owner = "owner") => {
          const fileSystem = await RecordingFileSystem.open(path);
          const clusterId = owner === "other cluster" ? "c2" : "c1";
          const nodeId = owner === "other node" ? "n2" : "n1";
          const storage = await openLog(path, { fileSystem, segmentBytes, clusterId, nodeId });
          fileSystems.set(storage, fileSystem);
          latest = fileSystem;
          return storage;
        },
        crash: async (storage) => {
          const fileSystem = fileSystems.get(storage);
          await fileSystem?.crash();
          const keeps = (): boolean | number => random.next() < 0.5 || Math.floor(random.next() * 300);
          const image = crashImage(fileSystem?.before ?? new Map(), fileSystem?.calls ?? [], keeps);
          await writeImage(path, image);
        },
        failNext: (failure) => latest?.failNext(failure),
        content: () => readImage(path),
        usage: async () => ({
          bytes: [...(await readImage(path)).values()].reduce((bytes, file) => bytes + file.length, 0),
          handles: [...fileSystems.values()].reduce((held, fileSystem) => held + fileSystem.held, 0),
        }),
        close: () => directory.remove(),
      };
    },
  };
}

describe("storage suite, one segment", () => {
  storageSuite(test, medium(64 * 1024 * 1024));
});

describe("storage suite, segments of a few writes", () => {
  storageSuite(test, medium(2000));
});

describe("storage suite, a segment for every write", () => {
  storageSuite(test, medium(1));
});

test("S27: compaction deletes the segments that it has made superfluous, and only those", async () => {
  const directory = await temporaryDirectory();
  const storage = await openLog(directory.path, { segmentBytes: 4000 });
  await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: [] });
  for (let index = 1; index <= 1000; index += 1) await storage.append({ entries: [entryOf(index, 1)] });
  const before = (await readImage(directory.path)).size;
  await storage.compact({ index: 900, term: 1 });
  await storage.append({ entries: [entryOf(1001, 1)] });
  const after = await readImage(directory.path);
  expect(before).toBeGreaterThan(15);
  expect(after.size).toBeLessThan(4);
  expect((await storage.read(901, 1001, 1_000_000)).length).toBe(101);
  const content = await contentOf(storage);
  await storage.close();
  const reopened = await openLog(directory.path, { segmentBytes: 4000 });
  expect(await contentOf(reopened)).toBe(content);
  await reopened.close();
  await directory.remove();
});

test("a suffix replaced across segments is read as it is now, at once and when opened again", async () => {
  const directory = await temporaryDirectory();
  let storage = await openLog(directory.path, { segmentBytes: 1500 });
  await storage.append({ hardState: { term: 9, votedFor: undefined }, entries: [] });
  for (let index = 1; index <= 60; index += 3) await storage.append({ entries: entriesOf(index, index + 2, 1) });
  for (const [from, term] of [
    [50, 2],
    [20, 3],
    [22, 4],
    [22, 5],
    [21, 6],
  ] as const) {
    await storage.append({ entries: entriesOf(from, from + 8, term) });
    for (let index = from + 9; index < from + 30; index += 7)
      await storage.append({ entries: entriesOf(index, index + 6, term) });
    const content = await contentOf(storage);
    for (let at = 1; at < from + 30; at += 5) {
      const read = await storage.read(at, at + 6, 1_000_000);
      const all = await storage.read(1, from + 29, 1_000_000);
      expect(read.map((entry) => entry.term)).toEqual(all.slice(at - 1, at + 6).map((entry) => entry.term));
    }
    await storage.close();
    storage = await openLog(directory.path, { segmentBytes: 1500 });
    expect(await contentOf(storage)).toBe(content);
  }
  await storage.close();
  await directory.remove();
});

test("group commit: what waits while a write is under way goes out as one write and one sync", async () => {
  const directory = await temporaryDirectory();
  const fileSystem = await RecordingFileSystem.open(directory.path);
  const storage = await openLog(directory.path, { fileSystem });
  const from = fileSystem.calls.length;
  const first = storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: entriesOf(1, 2, 1) });
  await Promise.resolve();
  await Promise.resolve();
  const rest = Array.from({ length: 50 }, (_, at) => storage.append({ entries: [entryOf(at + 3, 1)] }));
  await Promise.all([first, ...rest]);
  const types = fileSystem.calls.slice(from).map((call) => call.type);
  expect(types.filter((type) => type === "sync").length).toBe(2);
  expect(types.slice(0, 4)).toEqual(["write", "sync", "write", "sync"]);
  await storage.close();
  await directory.remove();
});

test("S28: a large log opens fast, and without its entries in memory", { timeout: 60_000 }, async () => {
  const directory = await temporaryDirectory();
  let storage = await openLog(directory.path, { segmentBytes: 8 * 1024 * 1024 });
  await storage.append({ hardState: { term: 3, votedFor: "n1" }, entries: [] });
  const count = isLong ? 1_000_000 : 200_000;
  for (let index = 1; index < count; index += 4000) {
    const text = "x".repeat(100);
    await storage.append({ entries: Array.from({ length: 4000 }, (_, at) => entryOf(index + at, 3, text)) });
  }
  await storage.close();
  let largestReadBytes = 0;
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    open: async (path, mode) => {
      const handle = await nodeFileSystem.open(path, mode);
      const read = handle.read.bind(handle);
      return Object.assign(handle, {
        read: (target: Uint8Array, offset: number) => {
          largestReadBytes = Math.max(largestReadBytes, target.length);
          return read(target, offset);
        },
      });
    },
  };
  const started = performance.now();
  storage = await openLog(directory.path, { fileSystem, segmentBytes: 8 * 1024 * 1024 });
  const openMs = performance.now() - started;
  expect((await storage.load()).lastIndex).toBe(count);
  const readStarted = performance.now();
  for (let at = 0; at < 100; at += 1) {
    const index = 1 + ((at * 7919) % count);
    expect((await storage.read(index, index, 0))[0]?.index).toBe(index);
  }
  const readMs = (performance.now() - readStarted) / 100;
  console.log(`${count} entries: opened in ${openMs.toFixed(0)} ms, one old entry read in ${readMs.toFixed(2)} ms`);
  expect(largestReadBytes).toBeLessThanOrEqual(1024 * 1024);
  await storage.close();
  await directory.remove();
});
