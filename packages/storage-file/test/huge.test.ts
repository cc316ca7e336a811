import { crc32 } from "node:zlib";
import { Entry, type FileHandle, type FileSystem } from "@quorate/raft-core";
import { MemoryFileSystem } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { ActiveSegment } from "../src/active-segment.ts";
import { MARK_BYTES, isMarkAt } from "../src/format.ts";
import { readEntries } from "../src/log-reader.ts";
import { LogIndex } from "../src/log-index.ts";
import { scanRecords } from "../src/scan.ts";
import { Segment } from "../src/segment.ts";
import { contentOf, entriesOf, entryOf, openLog } from "./temporary-directory.ts";

/** More than 32 bits, signed or not, hold. */
const FAR_BYTES = 3 * 2 ** 32 + 5;

/** A file of which only what lies behind `FAR_BYTES` is there. */
async function farFile(): Promise<{ readonly handle: FileHandle; readonly fileSystem: FileSystem }> {
  const memory = new MemoryFileSystem(new Map([["far.log", new Uint8Array()]]));
  const near = await memory.open("far.log", "write");
  const shifted = (offsetBytes: number): number => {
    expect(offsetBytes).toBeGreaterThanOrEqual(FAR_BYTES);
    return offsetBytes - FAR_BYTES;
  };
  const handle: FileHandle = {
    ...near,
    sizeBytes: async () => FAR_BYTES + (await near.sizeBytes()),
    read: (target, offsetBytes) => near.read(target, shifted(offsetBytes)),
    write: (chunks, offsetBytes) => near.write(chunks, shifted(offsetBytes)),
  };
  return { handle, fileSystem: Object.assign(memory, { open: async () => handle }) };
}

describe("F25: numbers beyond 32 bits", () => {
  test("a segment is written and read behind twelve gigabytes", async () => {
    const { handle, fileSystem } = await farFile();
    const segment = new Segment(fileSystem, { path: "far.log", sequence: 1 }, FAR_BYTES);
    const active = new ActiveSegment(segment, handle, { allocatedBytes: FAR_BYTES, checksum: 0, endsWithMark: false });
    const index = new LogIndex();
    const entries = Array.from({ length: 300 }, (_, at) => entryOf(2 ** 40 + at, 1, "x".repeat(1_000)));
    const first = active.preamble();
    let offsetBytes = FAR_BYTES + MARK_BYTES;
    for (const entry of entries) {
      index.append(segment, entry.index, offsetBytes);
      offsetBytes += entry.sizeBytes;
    }
    await active.write([...first, ...entries.map((entry) => entry.record(crc32))], Number.MAX_SAFE_INTEGER);
    expect(segment.endBytes).toBe(offsetBytes);
    const found = await readEntries(index.extents(2 ** 40 + 290, 2 ** 40 + 299), 1_000_000);
    expect(found.map((entry) => entry.index)).toEqual(entries.slice(290).map((entry) => entry.index));
    const range = { fromBytes: FAR_BYTES, toBytes: segment.endBytes, chunkBytes: 4_096 };
    const seen: number[] = [];
    const end = await scanRecords(handle, range, (record, at, bytes) => {
      if (at === FAR_BYTES) expect(isMarkAt(record, 1, FAR_BYTES)).toBe(true);
      else seen.push(Entry.fromRecord(record, bytes)?.index ?? 0);
      return true;
    });
    expect(end).toEqual({ type: "end", offsetBytes });
    expect(seen).toEqual(entries.map((entry) => entry.index));
  });

  test("indexes and terms go up to the last safe integer, and no further", async () => {
    const fileSystem = new MemoryFileSystem();
    const max = Number.MAX_SAFE_INTEGER;
    let storage = await openLog("log", { fileSystem });
    await storage.append({ hardState: { term: max, votedFor: "n1" }, entries: [] });
    await storage.reset({ index: max - 3, term: 7 });
    await storage.append({ entries: entriesOf(max - 2, max, max) });
    await expect(storage.append({ entries: [entryOf(max + 1, max)] })).rejects.toThrow(TypeError);
    await expect(storage.append({ hardState: { term: 2 ** 53, votedFor: "n1" }, entries: [] })).rejects.toThrow(
      TypeError,
    );
    const content = await contentOf(storage);
    await storage.close();
    storage = await openLog("log", { fileSystem });
    expect(await contentOf(storage)).toBe(content);
    expect((await storage.load()).lastIndex).toBe(max);
    await storage.close();
  });
});

test("F26: of a log that is copied file by file while it is written, the copy opens as something that was written, or not at all", async () => {
  const fileSystem = new MemoryFileSystem();
  const moments = [fileSystem.image];
  fileSystem.onCall = () => {
    moments.push(fileSystem.image);
    return undefined;
  };
  const storage = await openLog("log", { fileSystem, segmentBytes: 700 });
  const contents = new Set<string>();
  for (let term = 1; term <= 6; term += 1) {
    const from = 4 * term - 3;
    for (const last of [from, from + 1, from + 2]) {
      await storage.append({ hardState: { term, votedFor: "n1" }, entries: [entryOf(last, term, "x".repeat(60))] });
      contents.add(await contentOf(storage));
    }
    await storage.append({ entries: entriesOf(from + 3, from + 3, term) });
    contents.add(await contentOf(storage));
  }
  await storage.close();
  contents.add(
    await contentOf(await openLog("log", { fileSystem: new MemoryFileSystem(new Map([["log", undefined]])) })),
  );
  const outcomes = { opened: 0, refused: 0 };
  for (let begun = 1; begun < moments.length; begun += 1) {
    for (const paceCalls of [0, 1, 3, 10]) {
      const copy = copied(moments, begun, paceCalls);
      try {
        const opened = await openLog("log", { fileSystem: new MemoryFileSystem(copy), segmentBytes: 700 });
        const content = await contentOf(opened);
        await opened.close();
        outcomes.opened += 1;
        const { hardState, entries } = JSON.parse(content) as Written;
        const isWritten = [...contents].some((each) => {
          const written = JSON.parse(each) as Written;
          return (
            written.hardState.term >= hardState.term && entries.every((entry, at) => written.entries[at] === entry)
          );
        });
        expect(isWritten).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: "CORRUPT" });
        outcomes.refused += 1;
      }
    }
  }
  expect(outcomes.opened).toBeGreaterThan(outcomes.refused);
});

/** What `contentOf` shows. */
interface Written {
  readonly hardState: { readonly term: number };
  readonly entries: readonly string[];
}

/** Every file as it was at some moment, the next one a few calls later; the list of names is from the beginning. */
function copied(
  moments: readonly MemoryFileSystem["image"][],
  begun: number,
  paceCalls: number,
): Map<string, Uint8Array | undefined> {
  const copy = new Map<string, Uint8Array | undefined>();
  let at = begun;
  for (const path of moments[begun]?.keys() ?? []) {
    const then = moments[Math.min(at, moments.length - 1)];
    if (then?.has(path) === true) copy.set(path, then.get(path));
    at += paceCalls;
  }
  return copy;
}
