import { type Entry, RaftError } from "@quorate/raft-core";
import { type DiskImage, MemoryFileSystem, durableImage } from "@quorate/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { KIND_MARK, MARK_BYTES } from "../src/format.ts";
import { SEGMENT_BYTES, blockDamages, bytesIn, imageOf, live, pathsIn, smallDamages } from "./damages.ts";
import { recordsIn } from "./records-in.ts";
import { contentOf, entryOf, listeningLogger, openLog } from "./temporary-directory.ts";

const REFUSAL =
  /^log\/\d+-\d+\.log (is damaged at offset \d+: .*Nothing was changed\. Move the directory away|has format version)/;

interface Opened {
  readonly outcome: "opened" | "refused";
  /** The log's content, or the error's message. */
  readonly said: string;
  readonly warnings: number;
}

/** A directory is opened; where it is refused, as it must be: in words for an operator, and untouched. */
async function openedFrom(image: DiskImage, nodeId = "n1"): Promise<Opened> {
  const fileSystem = new MemoryFileSystem(image);
  const logger = listeningLogger();
  try {
    const storage = await openLog("log", { fileSystem, segmentBytes: SEGMENT_BYTES, nodeId, logger });
    const said = await contentOf(storage);
    await storage.close();
    return { outcome: "opened", said, warnings: logger.warnings.length };
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    if (error.code === "WRONG_CLUSTER") expect(error.message).toContain("the log of node n2");
    else expect(error).toMatchObject({ code: "CORRUPT", message: expect.stringMatching(REFUSAL) });
    expect(fileSystem.calls.filter(({ type }) => type !== "sync-directory" && type !== "make-directory")).toEqual([]);
    expect(fileSystem.held).toBe(0);
    return { outcome: "refused", said: error.message, warnings: logger.warnings.length };
  }
}

describe("every byte of a log, and every block", () => {
  let image: DiskImage;
  let expected: string;
  /** What the log holds with its last segment cut behind each record. */
  const prefixes = new Set<string>();
  let last = "";
  let lastMarkAt = 0;

  beforeAll(async () => {
    image = await imageOf("n1");
    expected = (await openedFrom(image)).said;
    const paths = pathsIn(image);
    expect(paths.length).toBeGreaterThanOrEqual(3);
    last = paths.at(-1) ?? "";
    const records = recordsIn(bytesIn(image, last));
    lastMarkAt = records.findLast(({ kind }) => kind === KIND_MARK)?.at ?? 0;
    expect(records.at(-1)?.at).toBe(lastMarkAt);
    const withoutLast = new Map([...image].filter(([path]) => path !== last));
    prefixes.add((await openedFrom(withoutLast)).said);
    for (const { end } of records) {
      prefixes.add((await openedFrom(new Map([...image, [last, bytesIn(image, last).slice(0, end)]]))).said);
    }
  });

  /**
   * Only what takes the very last mark with it may look like a write that was interrupted: no system that keeps a log in
   * one place can tell that from a crash. It is cut at the end of a record then, never inside.
   */
  async function expectNoHarm(path: string, damaged: Uint8Array): Promise<Opened["outcome"] | "cut"> {
    const opened = await openedFrom(new Map([...image, [path, damaged]]));
    if (opened.outcome === "refused" || opened.said === expected) return opened.outcome;
    const mark = bytesIn(image, last).subarray(lastMarkAt, lastMarkAt + MARK_BYTES);
    const isMarkThere = Buffer.from(damaged)
      .subarray(lastMarkAt, lastMarkAt + MARK_BYTES)
      .equals(mark);
    expect({ path, isMarkThere }).toEqual({ path: last, isMarkThere: false });
    expect(prefixes).toContain(opened.said);
    return "cut";
  }

  test(
    "F01 F02 F03 F05 F06 S29 P45: changed, cut off, or zeros from there on: refused, or nothing acknowledged is gone",
    { timeout: 120_000 },
    async () => {
      const counts = { opened: 0, refused: 0, cut: 0 };
      for (const path of pathsIn(image)) {
        for (const damaged of smallDamages(bytesIn(image, path))) counts[await expectNoHarm(path, damaged)] += 1;
      }
      console.info("damages to a log:", counts);
      expect(counts.refused).toBeGreaterThan(10_000);
    },
  );

  test("F04: blocks of zeros, of noise, of another place, time or node", { timeout: 60_000 }, async () => {
    const other = await imageOf("n2");
    const fileSystem = new MemoryFileSystem();
    const storage = await openLog("log", { fileSystem, segmentBytes: SEGMENT_BYTES });
    const earlier: DiskImage[] = [];
    const { calls } = fileSystem;
    fileSystem.onCall = ({ type }) => {
      if (type === "sync") earlier.push(durableImage(new Map(), calls));
      return undefined;
    };
    await live(storage, "n1");
    await storage.close();
    let count = 0;
    for (const path of pathsIn(image)) {
      const others = [other, ...earlier].map((each) => bytesIn(each, path));
      for (const damaged of blockDamages(bytesIn(image, path), others)) {
        await expectNoHarm(path, damaged);
        count += 1;
      }
    }
    console.info(`${count} damaged blocks`);
    expect(count).toBeGreaterThan(100);
  });

  test("F04 F07 F08: whole records of another node, in the very same place, are not believed", async () => {
    const other = await imageOf("n2");
    const refused = new Set<string>();
    for (const path of pathsIn(image)) {
      const [mine, theirs] = [bytesIn(image, path), bytesIn(other, path)];
      const records = recordsIn(mine);
      expect(recordsIn(theirs)).toEqual(records);
      for (const [first, { at }] of records.entries()) {
        if (first === 0) continue;
        for (const { end } of records.slice(first, -1)) {
          const damaged = mine.slice();
          damaged.set(theirs.subarray(at, end), at);
          const outcome = await expectNoHarm(path, damaged);
          if (outcome === "refused") refused.add(path);
        }
      }
    }
    expect([...refused]).toEqual(pathsIn(image));
  });
});

test("P45: in a last write whose mark a crash has taken, what no torn sector explains is refused, what one does is cut", async () => {
  const fileSystem = new MemoryFileSystem();
  const storage = await openLog("log", { fileSystem, segmentBytes: 8_192 });
  await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: [1, 2, 3, 4, 5].map(large) });
  const image = durableImage(new Map(), fileSystem.calls);
  await storage.close();
  const [path = ""] = pathsIn(image);
  const bytes = bytesIn(image, path);
  const records = recordsIn(bytes).filter(({ kind }) => kind === 0);
  expect((await openedFrom(image)).said).toContain('"lastIndex":5');
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new Error("there are no entries");
  const sectorEnds = [512, 1024, 1536].filter((end) => end > first.at && end < last.at);
  expect(sectorEnds.map((end) => bytes[end - 1])).toEqual(sectorEnds.map(() => "x".charCodeAt(0)));
  for (let at = first.at; at < last.at; at += 1) {
    // One that says that it reaches to where nothing was written yet looks as if the rest of it had not arrived.
    if (records.some((record) => at >= record.at + 4 && at < record.at + 8)) continue;
    const flipped = bytes.with(at, (bytes[at] ?? 0) ^ 0x10);
    expect(await openedFrom(new Map([...image, [path, flipped]]))).toMatchObject({ outcome: "refused" });
  }
  for (const end of sectorEnds) {
    for (let at = Math.max(first.at, end - 512); at < end; at += 1) {
      const torn = bytes.slice().fill(0, at, end);
      const whole = records.filter((record) => record.end <= at).length;
      const { said, warnings } = await openedFrom(new Map([...image, [path, torn]]));
      expect(said).toContain(`"lastIndex":${whole}`);
      expect(warnings).toBe(1);
    }
  }
});

function large(index: number): Entry {
  return entryOf(index, 1, "x".repeat(270));
}
