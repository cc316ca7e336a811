import { type FileHandle, RaftError } from "@quorate/raft-core";
import { type DiskCall, type DiskImage, MemoryFileSystem, durableImage } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import type { FileStorage } from "../src/index.ts";
import { entriesOf, entryOf, contentOf, openLog } from "./temporary-directory.ts";

const SEGMENT_BYTES = 700;

type Change = (storage: FileStorage) => Promise<void>;

/** Appends, a vote, a replaced suffix, segments that become full, a compaction, a reset. */
const changes: readonly Change[] = [
  (storage) => storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: entriesOf(1, 4, 1) }),
  (storage) => storage.append({ hardState: { term: 2, votedFor: "n2" }, entries: [] }),
  (storage) => storage.append({ entries: entriesOf(5, 14, 2) }),
  (storage) => storage.append({ hardState: { term: 3, votedFor: undefined }, entries: entriesOf(12, 16, 3) }),
  (storage) => storage.compact({ index: 12, term: 3 }),
  (storage) => storage.append({ entries: entriesOf(17, 19, 3) }),
  (storage) => storage.reset({ index: 40, term: 3 }),
  (storage) => storage.append({ entries: entriesOf(41, 43, 3) }),
];

interface Life {
  readonly fileSystem: MemoryFileSystem;
  /** How many changes were acknowledged. */
  readonly done: number;
  /** The call that failed; undefined where none did. */
  readonly failed: DiskCall | undefined;
  /** What was called after the failure. */
  readonly after: readonly DiskCall["type"][];
}

interface Fault {
  readonly code: string;
  /** Whether everything fails from then on, or that call alone: a disk that says it is well again. */
  readonly isLasting: boolean;
  /** How much of a write arrives all the same. */
  readonly part: number;
}

const isRemoval = ({ type }: DiskCall): boolean => type === "remove";

async function live(failingCall: number, { code, isLasting, part }: Fault): Promise<Life> {
  const fileSystem = new MemoryFileSystem();
  let failed: DiskCall | undefined;
  let number = 0;
  const after: DiskCall["type"][] = [];
  fileSystem.onCall = (call) => {
    // That a segment which is not needed any more cannot be deleted is no failure: the log warns, and tries again.
    if (isRemoval(call)) return undefined;
    number += 1;
    if (failed !== undefined) after.push(call.type);
    if (number !== failingCall && !(isLasting && number > failingCall)) return undefined;
    failed ??= call;
    const writtenBytes = call.type === "write" ? Math.floor(call.bytes.length * part) : 0;
    return { error: Object.assign(new Error(`${code}: made to fail`), { code }), writtenBytes };
  };
  const opened = await openLog("log", { fileSystem, segmentBytes: SEGMENT_BYTES }).catch((error: unknown) => error);
  if (opened instanceof RaftError) {
    expect(opened).toMatchObject({ code: "STORAGE_FAILED", message: expect.stringContaining(code) });
    return { fileSystem, done: 0, failed, after };
  }
  const storage = opened as FileStorage;
  const outcomes: string[] = [];
  for (const change of changes) {
    outcomes.push(
      await change(storage).then(
        () => "done",
        (error: unknown) => (error instanceof RaftError ? error.code : String(error)),
      ),
    );
  }
  const done = outcomes.filter((outcome) => outcome === "done").length;
  expect(outcomes).toEqual(changes.map((_, at) => (at < done ? "done" : "STORAGE_FAILED")));
  await storage.close();
  expect(fileSystem.held).toBe(0);
  return { fileSystem, done, failed, after };
}

async function contentIn(image: DiskImage): Promise<string> {
  const storage = await openLog("log", { fileSystem: new MemoryFileSystem(image), segmentBytes: SEGMENT_BYTES });
  const content = await contentOf(storage);
  await storage.close();
  return content;
}

/** What a log holds after so many changes, and what it may hold in the middle of the next. */
async function contents(): Promise<readonly string[]> {
  const fileSystem = new MemoryFileSystem();
  const storage = await openLog("log", { fileSystem, segmentBytes: SEGMENT_BYTES });
  const all = [await contentOf(storage)];
  for (const change of changes) {
    await change(storage);
    all.push(await contentOf(storage));
  }
  await storage.close();
  return all;
}

function termAndLast(content: string): readonly [term: number, lastIndex: number] {
  const { hardState, lastIndex } = JSON.parse(content) as { hardState: { term: number }; lastIndex: number };
  return [hardState.term, lastIndex];
}

describe("F14 F15 F16 F17 S22 S23 S24 P44 P46: a call that fails", () => {
  const faults: readonly Fault[] = [
    { code: "EIO", isLasting: false, part: 0 },
    { code: "EIO", isLasting: true, part: 0.5 },
    { code: "ENOSPC", isLasting: false, part: 0.99 },
    { code: "ENOSPC", isLasting: true, part: 0.1 },
    { code: "EROFS", isLasting: true, part: 0 },
    { code: "EMFILE", isLasting: false, part: 0 },
  ];

  test.each(faults)(
    "$code, lasting: $isLasting, $part of a write arrives: ends the log's life, and takes nothing that was acknowledged",
    async (fault) => {
      const whole = await contents();
      const kinds = new Set<string>();
      for (let failing = 1; ; failing += 1) {
        const { fileSystem, done, failed, after } = await live(failing, fault);
        if (failed === undefined) break;
        kinds.add(failed.type);
        // Not even the directory is asked again: what a second sync says is not to be believed.
        expect(after.filter((type) => type === "sync" || type === "write")).toEqual([]);
        for (const image of [fileSystem.image, durableImage(new Map(), fileSystem.calls)]) {
          const content = await contentIn(image);
          if (done === changes.length) expect(content).toBe(whole[done]);
          const [least, most] = [termAndLast(whole[done] ?? ""), termAndLast(whole[done + 1] ?? whole[done] ?? "")];
          const [term, lastIndex] = termAndLast(content);
          expect(term).toBeGreaterThanOrEqual(least[0]);
          expect(term).toBeLessThanOrEqual(most[0]);
          // A suffix that is being replaced may be gone, but for the first of the entries that replace it.
          expect(lastIndex).toBeGreaterThanOrEqual(done === 3 ? 12 : least[1]);
          expect(lastIndex).toBeLessThanOrEqual(Math.max(least[1], most[1]));
        }
      }
      expect([...kinds].toSorted()).toEqual(["create", "make-directory", "sync", "sync-directory", "write"]);
    },
  );

  test("closing a segment: what was acknowledged in it is there, and nothing is from then on", async () => {
    class Unclosable extends MemoryFileSystem {
      override async open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle> {
        const handle = await super.open(path, mode);
        const close = async (): Promise<void> => {
          await handle.close();
          if (mode === "create") throw Object.assign(new Error("EIO: closing"), { code: "EIO" });
        };
        return { ...handle, close };
      }
    }
    const fileSystem = new Unclosable();
    const storage = await openLog("log", { fileSystem, segmentBytes: 1 });
    await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: entriesOf(1, 3, 1) });
    await expect(storage.append({ entries: [entryOf(4, 1)] })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await expect(storage.append({ entries: [entryOf(4, 1)] })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await expect(storage.close()).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    expect(await contentIn(durableImage(new Map(), fileSystem.calls))).toContain('"lastIndex":3');
  });

  test("ENOSPC: with room again, the next life goes on where the last one ended", async () => {
    const fileSystem = new MemoryFileSystem();
    let isFull = false;
    fileSystem.onCall = ({ type }) => {
      const error = Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
      return isFull && type === "write" ? { error, writtenBytes: 20 } : undefined;
    };
    let storage = await openLog("log", { fileSystem });
    await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: entriesOf(1, 3, 1) });
    isFull = true;
    await expect(storage.append({ entries: [entryOf(4, 1)] })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    expect(await storage.read(1, 3, 10_000)).toHaveLength(3);
    await storage.close();
    await expect(openLog("log", { fileSystem })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    isFull = false;
    storage = await openLog("log", { fileSystem });
    expect(await storage.load()).toMatchObject({ hardState: { term: 1, votedFor: "n1" }, lastIndex: 3 });
    await storage.append({ entries: [entryOf(4, 1, "with room")] });
    await storage.close();
    expect(await contentIn(durableImage(new Map(), fileSystem.calls))).toContain("with room");
  });
});
