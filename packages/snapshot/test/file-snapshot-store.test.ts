import type { LogFields, Logger, Snapshot, SnapshotStore } from "@quorate/raft-core";
import { membershipOf, silentLogger } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { FileSnapshotStore, type FileSnapshotStoreOptions } from "../src/index.ts";
import { CrashingFileSystem } from "./crashing-file-system.ts";

const directory = "/data/snapshots";
const membership = membershipOf([{ id: "n1", address: "x" }]);
const data = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) >> 3);

interface Bench {
  readonly fileSystem: CrashingFileSystem;
  readonly warnings: (readonly [string, LogFields | undefined])[];
  readonly open: (options?: Partial<FileSnapshotStoreOptions>) => Promise<FileSnapshotStore>;
}

function newBench(): Bench {
  const fileSystem = new CrashingFileSystem();
  const warnings: [string, LogFields | undefined][] = [];
  const logger: Logger = { ...silentLogger, warn: (message, fields) => void warnings.push([message, fields]) };
  return {
    fileSystem,
    warnings,
    open: (options) => FileSnapshotStore.open({ directory, fileSystem, logger, ...options }),
  };
}

const save = (store: SnapshotStore, index: number): Promise<Snapshot> =>
  store.save({ index, term: 1, membership }, [data]);

const snapshotsIn = ({ fileSystem }: Bench): readonly number[] =>
  fileSystem.files.filter((path) => !path.endsWith(".tmp")).map((path) => Number(path.split("-")[1]));

async function readAll(store: SnapshotStore, snapshot: Snapshot): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(snapshot)) chunks.push(chunk);
  return Uint8Array.from(Buffer.concat(chunks));
}

/** Changes one byte of the `nth` file. */
function damage({ fileSystem }: Bench, nth: number, at: number): string {
  const path = fileSystem.files.at(nth) ?? "none";
  const bytes = fileSystem.bytes(path);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  fileSystem.replace(path, bytes);
  return path;
}

describe("what is found at open", () => {
  test("N03 leftover temporaries are removed, with a warning; what is not the store's stays", async () => {
    const bench = newBench();
    await (await bench.open()).close();
    const temporary = `${directory}/snapshot-0000000000000004-0000000000000001.3.tmp`;
    const others = [`${directory}/README.tmp`, `${directory}/snapshot-of-my-cat`, `${directory}/wal-1`];
    for (const path of [temporary, ...others]) bench.fileSystem.replace(path, data);
    const store = await bench.open();
    expect(bench.fileSystem.files).toEqual(others.toSorted());
    expect(bench.warnings).toEqual([["an unfinished snapshot was removed", { path: temporary }]]);
    expect(await store.latest()).toBeUndefined();
  });

  test("N08 a damaged latest one is CORRUPT at open; the older one never takes its place", async () => {
    for (const at of [0, 5, 40, -1, -10, -22]) {
      const bench = newBench();
      const store = await bench.open();
      await save(store, 1);
      await save(store, 2);
      await store.close();
      const path = damage(bench, -1, at);
      const failure = bench.open();
      await expect(failure).rejects.toMatchObject({ code: "CORRUPT" });
      await expect(failure).rejects.toThrow(path);
      await expect(failure).rejects.toThrow(
        / is damaged at byte \d+: .*\. Put an intact copy of the file back; or move .* away, remove .* anew/,
      );
      expect(snapshotsIn(bench)).toEqual([1, 2]);
      expect(bench.fileSystem.held).toBe(0);
    }
  });

  test("N08 a damaged older one is left out, with a warning", async () => {
    const bench = newBench();
    const store = await bench.open();
    await save(store, 1);
    const latest = await save(store, 2);
    await store.close();
    const path = damage(bench, 0, 3);
    const next = await bench.open();
    expect(await next.latest()).toEqual(latest);
    expect(bench.warnings).toMatchObject([["a damaged snapshot was left out, as there is a later one", { path }]]);
    const [[, fields] = []] = bench.warnings;
    expect(fields).toMatchObject({ reason: "it does not begin as a snapshot does" });
    expect(fields?.["remedy"]).toContain("delete it");
  });

  test("N09 a file under another snapshot's name is CORRUPT", async () => {
    const bench = newBench();
    const store = await bench.open();
    await save(store, 1);
    await store.close();
    const [path = ""] = bench.fileSystem.files;
    await bench.fileSystem.rename(path, path.replace("-0000000000000001-", "-0000000000000009-"));
    await expect(bench.open()).rejects.toThrow("its name is another snapshot's");
  });

  test("N14 a later format is refused as such", async () => {
    const bench = newBench();
    const store = await bench.open();
    await save(store, 1);
    await store.close();
    const [path = ""] = bench.fileSystem.files;
    const bytes = bench.fileSystem.bytes(path);
    bytes[4] = 2;
    bench.fileSystem.replace(path, bytes);
    await expect(bench.open()).rejects.toThrow("its format is 2; this version reads 1");
  });

  test("F12 a removed snapshot that a crash brought back is removed again", async () => {
    const bench = newBench();
    const store = await bench.open();
    for (const index of [1, 2, 3, 4]) await save(store, index);
    const [path = ""] = bench.fileSystem.files;
    const bytes = bench.fileSystem.bytes(path);
    await save(store, 5);
    await store.close();
    bench.fileSystem.replace(path, bytes);
    expect(snapshotsIn(bench)).toEqual([3, 4, 5]);
    await bench.open();
    expect(snapshotsIn(bench)).toEqual([4, 5]);
  });

  test("a directory that another store has open is refused", async () => {
    const bench = newBench();
    const store = await bench.open();
    await expect(bench.open()).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("lock"),
    });
    await store.close();
    await (await bench.open()).close();
  });
});

describe("damage that comes later", () => {
  test("N09 read and readChunk name the damaged block, and give nothing of it", async () => {
    const bench = newBench();
    const store = await bench.open({ chunkBytes: 65_536 });
    const snapshot = await save(store, 1);
    const path = damage(bench, -1, 150_000);
    const seen: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of store.read(snapshot)) seen.push(chunk);
    })();
    await expect(reading).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringMatching(/damaged at byte 131\d\d\d:/),
    });
    expect(Uint8Array.from(Buffer.concat(seen))).toEqual(data.subarray(0, 131_072));
    await expect(store.readChunk(snapshot, 140_000, 10)).rejects.toThrow(path);
    expect(await store.readChunk(snapshot, 100_000, 10)).toEqual(data.subarray(100_000, 100_010));
  });

  test("a file that has vanished is STORAGE_FAILED", async () => {
    const bench = newBench();
    const store = await bench.open();
    const snapshot = await save(store, 1);
    await bench.fileSystem.remove(bench.fileSystem.files[0] ?? "");
    await expect(store.readChunk(snapshot, 0, 10)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });
});

describe("N06 retention", () => {
  test.each([1, 2, 3])("the latest %i are kept", async (keep) => {
    const bench = newBench();
    const store = await bench.open({ keep });
    for (let index = 1; index <= 5; index++) await save(store, index);
    expect(snapshotsIn(bench)).toEqual([1, 2, 3, 4, 5].slice(-keep));
  });

  test("one that is being read goes when it has been read", async () => {
    const bench = newBench();
    const store = await bench.open({ keep: 1, chunkBytes: 65_536 });
    const first = await save(store, 1);
    const reader = store.read(first);
    await reader.next();
    await save(store, 2);
    expect(snapshotsIn(bench)).toEqual([1, 2]);
    await reader.return?.(undefined);
    expect(snapshotsIn(bench)).toEqual([2]);
  });

  test("P37 one that is being sent stays while its chunks are asked for, and goes when they are not", async () => {
    const bench = newBench();
    const store = await bench.open({ keep: 1 });
    const sent = await save(store, 1);
    for (let index = 2; index <= 4; index++) {
      expect(await store.readChunk(sent, index * 1000, 1000)).toHaveLength(1000);
      await save(store, index);
      expect(snapshotsIn(bench)).toEqual([1, index]);
    }
    await save(store, 5);
    expect(snapshotsIn(bench)).toEqual([5]);
    expect(await store.readChunk(sent, 0, 1000)).toBeUndefined();
  });

  test("one that cannot be removed is no failure of the save, and goes at the next open", async () => {
    const bench = newBench();
    const store = await bench.open({ keep: 1 });
    await save(store, 1);
    const { fileSystem } = bench;
    const { remove } = fileSystem;
    fileSystem.remove = () => Promise.reject(new Error("EPERM"));
    await save(store, 2);
    fileSystem.remove = remove;
    expect(bench.warnings).toMatchObject([["an old snapshot could not be removed", {}]]);
    expect(await readAll(store, (await store.latest()) ?? (await save(store, 3)))).toEqual(data);
    await store.close();
    await bench.open({ keep: 1 });
    expect(snapshotsIn(bench)).toEqual([2]);
  });
});

test("P40 what save promises is durable although the directory and those above it are new", async () => {
  const bench = newBench();
  const store = await bench.open({ directory: "/a/b/c" });
  const snapshot = await save(store, 1);
  bench.fileSystem.crash();
  const next = await bench.open({ directory: "/a/b/c" });
  expect(await readAll(next, snapshot)).toEqual(data);
});

test("P44 a save of which any step failed leaves no file at all, a renamed one included", async () => {
  let failures = 0;
  for (let call = 1, reached = true; reached; call++) {
    const bench = newBench();
    const store = await bench.open();
    const end = bench.fileSystem.fail(call, "EIO", "once");
    const saved = await save(store, 1).catch(() => undefined);
    reached = end();
    if (saved === undefined) {
      failures++;
      expect(bench.fileSystem.files).toEqual([]);
      expect(bench.warnings).toEqual([]);
    }
    await store.close();
  }
  expect(failures).toBeGreaterThan(6);
});

test.each([
  [{ keep: 0 }, "keep is 0, but must be an integer ≥ 1"],
  [{ keep: 1.5 }, "keep is 1.5, but must be an integer ≥ 1"],
  [{ chunkBytes: 0 }, "chunkBytes is 0, but must be an integer of at least 1"],
])("options that mean nothing are refused: %o", async (options, message) => {
  await expect(newBench().open(options)).rejects.toThrow(new TypeError(message));
});

test("a store is disposed of by `await using`", async () => {
  const bench = newBench();
  {
    await using store = await bench.open();
    await save(store, 1);
  }
  expect(bench.fileSystem.held).toBe(0);
});
