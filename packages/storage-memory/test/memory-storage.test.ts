import { Entry, RaftError } from "@quorate/raft-core";
import { storageSuite } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { MemoryStorage } from "../src/index.ts";
import { medium } from "./medium.ts";

describe("storage suite", () => {
  storageSuite(test, medium);
});

const entry = (index: number, term: number): Entry => new Entry(index, term, "no-op", new Uint8Array());

test("S12 S15: a crash loses what was not durable yet, and all of that rejects", async () => {
  let release = (): void => undefined;
  const syncs: Promise<void>[] = [Promise.resolve()];
  const storage = await MemoryStorage.open({ sync: () => syncs.shift() ?? new Promise((done) => (release = done)) });
  await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: [entry(1, 1)] });
  const lost = storage.append({ hardState: { term: 2, votedFor: "n2" }, entries: [entry(1, 2), entry(2, 2)] });
  const queued = storage.append({ entries: [entry(3, 2)] });
  const after = storage.crash();
  release();
  await expect(lost).rejects.toMatchObject({ code: "CLOSED" });
  await expect(queued).rejects.toMatchObject({ code: "CLOSED" });
  await expect(storage.load()).rejects.toBeInstanceOf(RaftError);
  const { hardState, lastIndex } = await after.load();
  expect({ hardState, lastIndex }).toEqual({ hardState: { term: 1, votedFor: "n1" }, lastIndex: 1 });
});

test("what waits while a write is under way becomes durable with the next one", async () => {
  let syncs = 0;
  const storage = await MemoryStorage.open({
    sync: () => {
      syncs += 1;
      return Promise.resolve();
    },
  });
  await storage.append({ hardState: { term: 1, votedFor: undefined }, entries: [] });
  await Promise.all([1, 2, 3, 4, 5].map((index) => storage.append({ entries: [entry(index, 1)] })));
  expect(syncs).toBe(3);
});

test("S11: an entry's term is never above the hard state's", async () => {
  const storage = await MemoryStorage.open();
  await expect(storage.append({ entries: [entry(1, 1)] })).rejects.toBeInstanceOf(TypeError);
  await expect(storage.append({ hardState: { term: -1, votedFor: undefined }, entries: [] })).rejects.toThrow(
    /hardState\.term -1/,
  );
});
