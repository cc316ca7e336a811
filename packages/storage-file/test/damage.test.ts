import { crc32 } from "node:zlib";
import { nodeFileSystem } from "@quorate/file-system";
import { type LogRecord, RaftError, encodeRecord } from "@quorate/raft-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KIND_HARD_STATE, KIND_MARK, KIND_REPLACE, encodeMark } from "../src/format.ts";
import { recordsIn } from "./records-in.ts";
import { type Image, readImage, writeImage } from "./recording-file-system.ts";
import { contentOf, entriesOf, entryOf, listeningLogger, openLog, temporaryDirectory } from "./temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

const path = (): string => `${directory.path}/log`;

interface LogFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Hard states and entries 1 to 6, in three writes; the last write has entries 5 and 6. Without the zeros written ahead. */
async function closedLog(): Promise<LogFile> {
  await writeImage(path(), new Map());
  const storage = await openLog(path());
  await storage.append({ hardState: { term: 1, votedFor: "n2" }, entries: entriesOf(1, 2, 1) });
  await storage.append({ hardState: { term: 3, votedFor: undefined }, entries: entriesOf(3, 4, 3) });
  await storage.append({ entries: entriesOf(5, 6, 3) });
  await storage.close();
  const [[name, bytes] = ["", new Uint8Array()]] = [...(await readImage(path()))];
  return { name, bytes: bytes.slice(0, recordsIn(bytes).at(-1)?.end) };
}

/** What a log with these files holds, or the code of the error with which it does not open. */
async function outcomeOf(files: Iterable<readonly [string, Uint8Array]>): Promise<string> {
  const image: Image = new Map([...files].map(([name, bytes]) => [name, new Uint8Array(bytes)]));
  await writeImage(path(), image);
  try {
    const storage = await openLog(path());
    const content = await contentOf(storage);
    await storage.close();
    return content;
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    expect(await readImage(path())).toEqual(image);
    return error.code;
  }
}

/** The log without the mark at its end: as a crash right after the last sync leaves it. */
async function unmarkedLog(): Promise<LogFile> {
  const { name, bytes } = await closedLog();
  return { name, bytes: bytes.slice(0, recordsIn(bytes).at(-1)?.at) };
}

/** What the log holds with its first record only, its first two, and so on. */
async function prefixes({ name, bytes }: LogFile): Promise<readonly string[]> {
  const contents: string[] = [];
  for (const { end } of recordsIn(bytes)) contents.push(await outcomeOf([[name, bytes.slice(0, end)]]));
  return contents;
}

describe("a torn tail is cut off, with a warning, and the log goes on", () => {
  test("F01: truncated at every byte of the last write", async () => {
    const { name, bytes } = await unmarkedLog();
    const records = recordsIn(bytes);
    const expected = await prefixes({ name, bytes });
    const lastMark = records.findLast(({ kind }) => kind === KIND_MARK)?.at ?? 0;
    for (let size = lastMark; size < bytes.length; size += 1) {
      const whole = records.findLastIndex(({ end }) => end <= size);
      await writeImage(path(), new Map([[name, bytes.slice(0, size)]]));
      const logger = listeningLogger();
      let storage = await openLog(path(), { logger });
      const content = await contentOf(storage);
      expect(content).toBe(expected[whole]);
      const isAtBoundary = records.some(({ end }) => end === size);
      expect(logger.warnings.length).toBe(isAtBoundary ? 0 : 1);
      const { lastIndex } = await storage.load();
      await storage.append({ entries: [entryOf(lastIndex + 1, 3, "after")] });
      await storage.close();
      storage = await openLog(path());
      expect((await storage.load()).lastIndex).toBe(lastIndex + 1);
      await storage.close();
    }
  });

  test("F01: the warning names the file, the offset and how many bytes are cut", async () => {
    const { name, bytes } = await unmarkedLog();
    await writeImage(path(), new Map([[name, bytes.slice(0, -3)]]));
    const logger = listeningLogger();
    const storage = await openLog(path(), { logger });
    await storage.close();
    const last = recordsIn(bytes).at(-1);
    expect(logger.warnings[0]?.fields).toEqual({
      file: `${path()}/${name}`,
      offsetBytes: last?.at,
      cutBytes: bytes.length - 3 - (last?.at ?? 0),
    });
  });

  test("F06 P45: zeros behind the last record are no record and no damage; zeros from any byte on are a torn tail", async () => {
    const { name, bytes } = await unmarkedLog();
    const expected = await prefixes({ name, bytes });
    const zeros = new Uint8Array(5000);
    expect(await outcomeOf([[name, Buffer.concat([bytes, zeros])]])).toBe(expected.at(-1));
    const records = recordsIn(bytes);
    for (const { at, end } of records.slice(-2)) {
      for (let from = at; from < end; from += 1) {
        const whole = records.findLastIndex((record) => record.end <= from);
        const torn = Buffer.concat([bytes.subarray(0, from), zeros]);
        expect(await outcomeOf([[name, torn]])).toBe(expected[whole]);
      }
    }
  });

  test("P45: a write whose sectors arrived out of order is torn, although records of it follow, unless a mark does", async () => {
    await writeImage(path(), new Map());
    let storage = await openLog(path());
    await storage.append({ hardState: { term: 1, votedFor: undefined }, entries: entriesOf(1, 3, 1) });
    const before = await contentOf(storage);
    await storage.append({ entries: Array.from({ length: 40 }, (_, at) => entryOf(at + 4, 1, "x".repeat(100))) });
    await storage.close();
    const [[name, bytes] = ["", new Uint8Array()]] = [...(await readImage(path()))];
    const records = recordsIn(bytes).filter(({ kind }) => kind === 0);
    const torn = bytes.slice(0, records.at(-1)?.end);
    const firstSector = Math.ceil((records[3]?.at ?? 0) / 512) * 512;
    torn.fill(0, firstSector, firstSector + 1024);
    await writeImage(path(), new Map([[name, torn]]));
    const endBytes = recordsIn(bytes).findLast(({ end }) => end <= firstSector)?.end ?? 0;
    // Not full, and yet without room for zeros ahead, which would cover up what was not cut.
    storage = await openLog(path(), { segmentBytes: endBytes + 1 });
    const { lastIndex } = await storage.load();
    expect(lastIndex).toBe(records.findLastIndex(({ end }) => end <= firstSector) + 1);
    expect(before).toContain('"lastIndex":3');
    await storage.append({ entries: [entryOf(lastIndex + 1, 1)] });
    await storage.close();
    const logger = listeningLogger();
    storage = await openLog(path(), { logger });
    expect((await storage.load()).lastIndex).toBe(lastIndex + 1);
    expect(logger.warnings).toEqual([]);
    await storage.close();

    const proven = bytes.slice();
    proven.set(torn);
    expect(await outcomeOf([[name, proven]])).toBe("CORRUPT");
  });

  test("F05: any length in the last record's header is refused or torn, without a huge allocation", async () => {
    const { name, bytes } = await unmarkedLog();
    const expected = await prefixes({ name, bytes });
    const last = recordsIn(bytes).at(-1)?.at ?? 0;
    for (const length of [0, 1, 27, 29, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, bytes.length]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt32LE(length, last + 4);
      expect(await outcomeOf([[name, changed]])).toBe(expected.at(-2));
    }
  });
});

describe("damage that no crash explains is refused, and nothing is changed", () => {
  test("F03 S29: a bit flipped in any byte of a log that was closed is refused, or changes nothing", async () => {
    const { name, bytes } = await closedLog();
    const expected = await outcomeOf([[name, bytes]]);
    const mark = recordsIn(bytes).at(-1)?.at ?? 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const outcome = await outcomeOf([[name, changed]]);
      expect([at, outcome]).toEqual([at, at < mark ? "CORRUPT" : expected]);
    }
  });

  test("F03: the error names the file, the offset, the reason and the remedy", async () => {
    const { name, bytes } = await closedLog();
    const second = recordsIn(bytes)[4]?.at ?? 0;
    const changed = bytes.slice();
    changed[second + 30] = (changed[second + 30] ?? 0) ^ 1;
    await writeImage(path(), new Map([[name, changed]]));
    await expect(openLog(path())).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringMatching(
        new RegExp(
          `${name} is damaged at offset ${second}: the checksum .*a whole record follows at offset \\d+\\. .*peers`,
        ),
      ),
    });
  });

  test("F02: bytes that are missing before a mark are damage, not a torn tail", async () => {
    const { name, bytes } = await unmarkedLog();
    const marks = recordsIn(bytes).filter(({ kind }) => kind === KIND_MARK);
    const proven = marks.at(-1)?.at ?? 0;
    const hole = Buffer.concat([bytes.subarray(0, proven - 20), bytes.subarray(proven)]);
    expect(await outcomeOf([[name, hole]])).toBe("CORRUPT");
  });

  test("F07 F08 F13: whole records in the wrong place are damage as well", async () => {
    const { name, bytes } = await unmarkedLog();
    const records = recordsIn(bytes);
    const slice = (number: number): Uint8Array => bytes.subarray(records[number]?.at, records[number]?.end);
    const entry = (index: number, term: number): LogRecord => ({ kind: 0, term, index, data: new Uint8Array(3) });
    const checksum = crc32(bytes);
    const right = encodeMark({ sequence: 1, offsetBytes: bytes.length, checksum });
    expect(await outcomeOf([[name, Buffer.concat([bytes, right])]])).toContain('"lastIndex":6');
    const wrong: readonly (readonly [string, Uint8Array])[] = [
      ["an entry twice", slice(records.length - 1)],
      ["an old entry", slice(2)],
      ["an entry behind a gap", encodeRecord(entry(9, 3), crc32)],
      ["a lower term", encodeRecord(entry(7, 1), crc32)],
      ["a term above the hard state's", encodeRecord(entry(7, 4), crc32)],
      [
        "a hard state of the past",
        encodeRecord({ kind: KIND_HARD_STATE, term: 2, index: 0, data: new Uint8Array() }, crc32),
      ],
      [
        "a replacement behind the end",
        encodeRecord({ kind: KIND_REPLACE, term: 0, index: 9, data: new Uint8Array() }, crc32),
      ],
      ["an unknown kind", encodeRecord({ ...entry(7, 3), kind: 200 }, crc32)],
      ["a mark of another segment", encodeMark({ sequence: 7, offsetBytes: bytes.length, checksum })],
      ["a mark of another offset", encodeMark({ sequence: 1, offsetBytes: 99, checksum })],
      ["a mark of another past", encodeMark({ sequence: 1, offsetBytes: bytes.length, checksum: checksum + 1 })],
    ];
    for (const [what, record] of wrong) {
      expect([what, await outcomeOf([[name, Buffer.concat([bytes, record])]])]).toEqual([what, "CORRUPT"]);
    }
    const replaced = encodeRecord({ kind: KIND_REPLACE, term: 0, index: 4, data: new Uint8Array() }, crc32);
    const notFollowed = Buffer.concat([bytes, replaced, encodeRecord(entry(5, 3), crc32)]);
    expect(await outcomeOf([[name, notFollowed]])).toBe("CORRUPT");
    expect(await outcomeOf([[name, Buffer.concat([bytes, replaced])]])).toContain('"lastIndex":6');
  });
});

test("P42: half a replacement at the end is cut off, and what is written then opens again", async () => {
  const { name, bytes } = await unmarkedLog();
  const replaced = encodeRecord({ kind: KIND_REPLACE, term: 0, index: 4, data: new Uint8Array() }, crc32);
  await writeImage(path(), new Map([[name, Buffer.concat([bytes, replaced])]]));
  const storage = await openLog(path());
  await storage.append({ entries: [entryOf(7, 3)] });
  await storage.close();
  const again = await openLog(path());
  expect((await again.load()).lastIndex).toBe(7);
  await again.close();
});

describe("several segments", () => {
  /** Entries 1 to 12, each pair in a segment of its own. */
  async function segments(): Promise<Map<string, Uint8Array>> {
    await writeImage(path(), new Map());
    const storage = await openLog(path(), { segmentBytes: 1 });
    for (let index = 1; index <= 11; index += 2) {
      await storage.append({ hardState: { term: index, votedFor: "n1" }, entries: entriesOf(index, index + 1, index) });
    }
    await storage.close();
    return new Map(await readImage(path()));
  }

  test("F02 F04: any segment but the last that is cut, emptied or gone is refused", { timeout: 60_000 }, async () => {
    const image = await segments();
    const names = [...image.keys()];
    for (const name of names.slice(1, -1)) {
      const bytes = image.get(name) ?? new Uint8Array();
      const lastRecord = recordsIn(bytes).findLast(({ kind }) => kind === 0)?.at ?? 0;
      for (let size = 0; size <= lastRecord; size += 7) {
        expect(await outcomeOf(new Map([...image, [name, bytes.slice(0, size)]]))).toBe("CORRUPT");
      }
      expect(await outcomeOf(new Map([...image, [name, bytes.slice(0, lastRecord)]]))).toBe("CORRUPT");
      expect(await outcomeOf(new Map([...image].filter(([each]) => each !== name)))).toBe("CORRUPT");
    }
  });

  test(
    "F09: the last segment, torn anywhere in its creation, is dropped; the log before it is whole",
    { timeout: 60_000 },
    async () => {
      const image = await segments();
      const last = [...image.keys()].at(-1) ?? "";
      const bytes = image.get(last) ?? new Uint8Array();
      const header = recordsIn(bytes)[0]?.end ?? 0;
      for (let size = 0; size < header; size += 3) {
        const torn = new Map([...image, [last, bytes.slice(0, size)]]);
        expect(await outcomeOf(torn)).toContain('"lastIndex":10');
        expect((await readImage(path())).has(last)).toBe(false);
      }
      const damaged = bytes.slice();
      damaged[20] = (damaged[20] ?? 0) ^ 1;
      expect(await outcomeOf(new Map([...image, [last, damaged]]))).toBe("CORRUPT");
    },
  );

  test("F21: a vote that is missing in any segment but the last is refused", async () => {
    await writeImage(path(), new Map());
    const storage = await openLog(path(), { segmentBytes: 1 });
    for (let term = 1; term <= 6; term += 1) {
      await storage.append({ hardState: { term, votedFor: `n${term}` }, entries: term === 1 ? [entryOf(1, 1)] : [] });
    }
    await storage.close();
    const image = await readImage(path());
    expect(image.size).toBe(6);
    for (const [name, bytes] of [...image].slice(1, -1)) {
      const vote = recordsIn(bytes).find(({ kind }) => kind === KIND_HARD_STATE)?.at;
      expect(await outcomeOf([...image, [name, bytes.slice(0, vote)]])).toBe("CORRUPT");
    }
  });

  test("F12: segments that were deleted and come back are no part of the log, and are deleted again", async () => {
    const image = await segments();
    const storage = await openLog(path(), { segmentBytes: 1 });
    await storage.compact({ index: 9, term: 9 });
    await storage.append({ entries: [entryOf(13, 11)] });
    const expected = await contentOf(storage);
    await storage.close();
    const compacted = await readImage(path());
    const deleted = [...image].filter(([name]) => !compacted.has(name));
    expect(deleted.length).toBeGreaterThan(3);
    for (let first = 0; first < deleted.length; first += 1) {
      expect(await outcomeOf(new Map([...deleted.slice(first, first + 2), ...compacted]))).toBe(expected);
    }
    const again = await openLog(path(), { segmentBytes: 1 });
    await again.reset({ index: 50, term: 11 });
    const afterReset = await contentOf(again);
    await again.close();
    expect(await outcomeOf(new Map([...image, ...(await readImage(path()))]))).toBe(afterReset);
    expect((await readImage(path())).size).toBe(1);
  });

  test("F03 F23: a log whose only segment has lost its header is not begun anew", async () => {
    await segments();
    const storage = await openLog(path(), { segmentBytes: 1 });
    await storage.reset({ index: 50, term: 11 });
    await storage.close();
    const [[name, bytes] = ["", new Uint8Array()]] = [...(await readImage(path()))];
    expect(await outcomeOf([[name, bytes.slice(0, 40)]])).toBe("CORRUPT");
  });
});

test("S29: damage that comes after opening is found when it is read, and names its place", async () => {
  const { name, bytes } = await closedLog();
  await writeImage(path(), new Map([[name, bytes]]));
  const storage = await openLog(path());
  const third = recordsIn(bytes).filter(({ kind }) => kind === 0)[2]?.at ?? 0;
  const file = await nodeFileSystem.open(`${path()}/${name}`, "write");
  await file.write([new Uint8Array(1)], third + 30);
  await file.close();
  expect(await storage.read(1, 2, 10_000)).toHaveLength(2);
  expect(await storage.read(5, 6, 10_000).catch((error: unknown) => error)).toMatchObject({ code: "CORRUPT" });
  await expect(storage.read(1, 6, 10_000)).rejects.toMatchObject({
    code: "CORRUPT",
    message: expect.stringContaining(`${name} is damaged at offset ${third}`),
  });
  await storage.close();
});

describe("what else may be in the directory", () => {
  test("F19: foreign names are left alone, an empty first segment is begun anew", async () => {
    const foreign = new Map([
      ["notes.txt", Buffer.from("mine")],
      ["1-1.log", Buffer.from("mine too")],
    ]);
    expect(await outcomeOf(foreign)).toContain('"lastIndex":0');
    const after = await readImage(path());
    for (const [name, bytes] of foreign) expect(Buffer.from(after.get(name) ?? "")).toEqual(bytes);
    const [first = ""] = [...after.keys()].filter((name) => !foreign.has(name));
    expect(await outcomeOf([[first, new Uint8Array()]])).toContain('"lastIndex":0');
  });

  test("S20 F19: another node's or cluster's log is refused by both names", async () => {
    await closedLog();
    const refusal = /node n1 of cluster c1, not of node n2 of cluster c9/;
    await expect(openLog(path(), { nodeId: "n2", clusterId: "c9" })).rejects.toMatchObject({
      code: "WRONG_CLUSTER",
      message: expect.stringMatching(refusal),
    });
  });

  test("S21 F20: another format version is refused, and the file is not touched", async () => {
    const { name, bytes } = await closedLog();
    const newer = Buffer.from(bytes);
    newer.writeUInt32LE(2, 8);
    await writeImage(path(), new Map([[name, newer]]));
    await expect(openLog(path())).rejects.toMatchObject({ message: expect.stringMatching(/format version 2, which/) });
    expect(await readImage(path())).toEqual(new Map([[name, new Uint8Array(newer)]]));
  });
});
