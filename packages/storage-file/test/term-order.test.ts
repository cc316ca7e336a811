import { seededRandom } from "@quorate/raft-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileStorage } from "../src/index.ts";
import { type Call, type Image, RecordingFileSystem, crashImage, writeImage } from "./recording-file-system.ts";
import { entriesOf, entryOf, openLog, temporaryDirectory } from "./temporary-directory.ts";

/** What a disk writes in one piece. */
const SECTOR_BYTES = 512;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

/** The terms that a crash has left. */
async function termsIn(image: Image): Promise<{ readonly hardState: number; readonly entries: readonly number[] }> {
  const path = `${directory.path}/crashed`;
  await writeImage(path, image);
  const storage = await openLog(path);
  const { hardState, lastIndex } = await storage.load();
  const entries = await storage.read(1, lastIndex, Number.MAX_SAFE_INTEGER);
  await storage.close();
  return { hardState: hardState.term, entries: entries.map(({ term }) => term) };
}

/** A log of term 1, and then what `act` does to it. */
async function recorded(
  name: string,
  act: (storage: FileStorage) => Promise<unknown>,
): Promise<{ readonly earlier: readonly Call[]; readonly calls: readonly Call[] }> {
  const path = `${directory.path}/${name}`;
  const fileSystem = await RecordingFileSystem.open(path);
  const storage = await openLog(path, { fileSystem });
  await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: entriesOf(1, 2, 1) });
  // So that the mark behind it is not taken for a part of what follows.
  await storage.compact({ index: 0, term: 0 });
  const earlier = [...fileSystem.calls];
  await act(storage);
  const calls = fileSystem.calls.slice(earlier.length);
  await storage.close();
  return { earlier, calls };
}

describe("P12 a term, its vote and its entries on a disk that reorders what no barrier holds apart", () => {
  const large = (index: number) => entryOf(index, 5, "x".repeat(500));

  test("S13: are one write; whatever sectors of it arrive, no entry is there without its term", async () => {
    const { earlier, calls } = await recorded("one-write", (storage) =>
      storage.append({ hardState: { term: 5, votedFor: "n2" }, entries: [3, 4, 5, 6].map(large) }),
    );
    const [write, sync, ...later] = calls;
    if (write?.type !== "write") throw new Error(`it begins with ${write?.type}`);
    expect(sync?.type).toBe("sync");
    expect(later.filter(({ type }) => type === "sync")).toEqual([]);
    const firstSector = Math.floor(write.offset / SECTOR_BYTES);
    const usedBytes = write.bytes.findLastIndex((byte) => byte !== 0) + 1;
    const sectors = Math.floor((write.offset + usedBytes - 1) / SECTOR_BYTES) - firstSector + 1;
    expect(sectors).toBeGreaterThanOrEqual(4);
    const outcomes = new Set<string>();
    for (let kept = 0; kept < 2 ** sectors; kept += 1) {
      const pieces = Array.from({ length: sectors }, (_, at): readonly Call[] => {
        if ((kept & (1 << at)) === 0) return [];
        const from = Math.max(write.offset, (firstSector + at) * SECTOR_BYTES);
        const to = Math.min(write.offset + usedBytes, (firstSector + at + 1) * SECTOR_BYTES);
        return [{ ...write, offset: from, bytes: write.bytes.slice(from - write.offset, to - write.offset) }];
      });
      const terms = await termsIn(crashImage(new Map(), [...earlier, ...pieces.flat()], () => true));
      expect(terms.entries.slice(0, 2)).toEqual([1, 1]);
      expect(terms.hardState).toBeGreaterThanOrEqual(Math.max(...terms.entries));
      outcomes.add(`${terms.hardState}: ${terms.entries.join(" ")}`);
    }
    // All of it, nothing, and the term with some of the entries.
    expect(outcomes).toContain("1: 1 1");
    expect(outcomes).toContain("5: 1 1 5 5 5 5");
    expect(outcomes.size).toBeGreaterThanOrEqual(4);
  });

  test("S13: stay in order as three writes, asked for at once or one behind the other", async () => {
    const random = seededRandom("term-order");
    const outcomes = new Set<string>();
    for (const isAtOnce of [true, false]) {
      const { earlier, calls } = await recorded(`three-writes-${isAtOnce}`, async (storage) => {
        const term = storage.append({ hardState: { term: 5, votedFor: undefined }, entries: [] });
        if (!isAtOnce) await term;
        const entry = storage.append({ entries: [large(3)] });
        if (!isAtOnce) await entry;
        await Promise.all([term, entry, storage.append({ hardState: { term: 6, votedFor: "n3" }, entries: [] })]);
      });
      for (let count = 0; count <= calls.length; count += 1) {
        for (let each = 0; each < 12; each += 1) {
          const keeps = (): boolean | number => random.next() < 0.5 || Math.floor(random.next() * 700);
          const terms = await termsIn(crashImage(new Map(), [...earlier, ...calls.slice(0, count)], keeps));
          expect(terms.hardState).toBeGreaterThanOrEqual(Math.max(...terms.entries));
          outcomes.add(`${terms.hardState}: ${terms.entries.join(" ")}`);
        }
      }
    }
    expect([...outcomes].toSorted()).toEqual(["1: 1 1", "5: 1 1", "5: 1 1 5", "6: 1 1 5"]);
  });
});
