import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { Entry, silentLogger } from "@quorate/raft-core";
import { encodeCommand } from "@quorate/statemachine-kv";
import { FileStorage } from "@quorate/storage-file";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entryText } from "../../src/measure/entry-text.ts";
import { measuredFileSystem } from "../../src/measure/measured-file-system.ts";
import { WatchedStorage } from "../../src/measure/watched-storage.ts";

let directory: string;
const syncs: number[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-watched-"));
  syncs.length = 0;
});
afterEach(() => rm(directory, { recursive: true }));

async function open(): Promise<WatchedStorage> {
  const fileSystem = measuredFileSystem(nodeFileSystem, (ms) => void syncs.push(ms));
  const identity = { clusterId: "c1", nodeId: "n1" };
  const storage = new WatchedStorage(await FileStorage.open({ directory, fileSystem, identity, logger: silentLogger }));
  await storage.load();
  return storage;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function put(index: number, term = 1, value = "secret"): Entry {
  const command = encodeCommand({ type: "put", key: bytes(`k${index}`), value: bytes(value) });
  return new Entry(index, term, "command", command);
}

function puts(first: number, last: number, term = 1): Entry[] {
  return Array.from({ length: last - first + 1 }, (_, i) => put(first + i, term));
}

const hardState = { term: 3, votedFor: undefined };
const indexesIn = (storage: WatchedStorage): number[] => storage.recent.map((entry) => entry.index);

test("knows the last sixty entries, what replaced them, and how far they are durable", async () => {
  const storage = await open();
  expect([storage.durableIndex, indexesIn(storage)]).toEqual([0, []]);
  const first = storage.append({ hardState, entries: puts(1, 45) });
  expect(storage.durableIndex).toBe(0);
  await first;
  await storage.append({ entries: puts(46, 90) });
  expect([storage.durableIndex, indexesIn(storage)]).toEqual([90, Array.from({ length: 60 }, (_, i) => 31 + i)]);
  const second = storage.append({ entries: puts(88, 88, 2) });
  expect(storage.durableIndex).toBe(87);
  await second;
  expect(storage.durableIndex).toBe(88);
  expect(storage.recent.slice(-2)).toMatchObject([
    { index: 87, term: 1 },
    { index: 88, term: 2 },
  ]);
  expect(syncs.length).toBeGreaterThanOrEqual(3);
  await storage.close();

  const again = await open();
  expect([again.durableIndex, indexesIn(again).at(0), indexesIn(again).at(-1)]).toEqual([88, 29, 88]);
  await again.reset({ index: 200, term: 3 });
  expect([again.durableIndex, indexesIn(again)]).toEqual([200, []]);
  await again.append({ entries: puts(201, 201, 3) });
  expect(indexesIn(again)).toEqual([201]);
  await again.close();
});

test("a write that is replaced while it is under way is not taken for durable", async () => {
  const storage = await open();
  const writes = [storage.append({ hardState, entries: puts(1, 9) }), storage.append({ entries: puts(4, 4, 2) })];
  await writes[0];
  expect(storage.durableIndex).toBeLessThanOrEqual(4);
  await writes[1];
  expect([storage.durableIndex, indexesIn(storage)]).toEqual([4, [1, 2, 3, 4]]);
  await storage.close();
});

test("an entry in words names its key, shortened, and no value; a large one keeps nothing in memory", async () => {
  const storage = await open();
  const long = encodeCommand({ type: "delete", key: bytes("k".repeat(200)) });
  const range = encodeCommand({ type: "delete-range", range: { prefix: bytes("a") } });
  const txn = encodeCommand({ type: "txn", compares: [], success: [], failure: [{ type: "get", key: bytes("a") }] });
  const commands = [long, range, txn, bytes("no command")];
  const entries = commands.map((data, i) => new Entry(i + 2, 1, "command", data));
  await storage.append({
    hardState,
    entries: [put(1), ...entries, put(6, 1, "x".repeat(100_000)), new Entry(7, 1, "no-op", new Uint8Array())],
  });
  expect(storage.recent.map(entryText)).toEqual([
    ...["put k1", `delete ${"k".repeat(23)}…`, "delete-range", "txn of 1", "", "", ""],
  ]);
  expect(storage.recent.at(5)?.data).toBeUndefined();
  await storage.close();
});
