import { crc32 } from "node:zlib";
import { encodeRecord } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { KIND_MARK, KIND_REPLACE } from "../src/format.ts";
import { outcomeOf, prefixes, unmarkedLog } from "./damaged-log.ts";
import { recordsIn } from "./records-in.ts";
import { readImage, writeImage } from "./recording-file-system.ts";
import { contentOf, entriesOf, entryOf, listeningLogger, openLog } from "./temporary-directory.ts";
import { temporaryLog } from "./temporary-log.ts";

const path = temporaryLog();

describe("a torn tail is cut off, with a warning, and the log goes on", () => {
  test("F01: truncated at every byte of the last write", async () => {
    const { name, bytes } = await unmarkedLog(path());
    const records = recordsIn(bytes);
    const expected = await prefixes(path(), { name, bytes });
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
    const { name, bytes } = await unmarkedLog(path());
    await writeImage(path(), new Map([[name, bytes.slice(0, -3)]]));
    const logger = listeningLogger();
    const storage = await openLog(path(), { logger });
    await storage.close();
    const last = recordsIn(bytes).at(-1);
    expect(logger.warnings[0]?.fields).toEqual({
      file: `${path()}/${name}`,
      offsetBytes: last?.at,
      cutBytes: bytes.length - 3 - (last?.at ?? 0),
      remedy: expect.stringContaining("remove this node and add it anew"),
    });
  });

  test("F06 P45: zeros behind the last record are no record and no damage; zeros from any byte on are a torn tail", async () => {
    const { name, bytes } = await unmarkedLog(path());
    const expected = await prefixes(path(), { name, bytes });
    const zeros = new Uint8Array(5000);
    expect(await outcomeOf(path(), [[name, Buffer.concat([bytes, zeros])]])).toBe(expected.at(-1));
    const records = recordsIn(bytes);
    for (const { at, end } of records.slice(-2)) {
      for (let from = at; from < end; from += 1) {
        const whole = records.findLastIndex((record) => record.end <= from);
        const torn = Buffer.concat([bytes.subarray(0, from), zeros]);
        expect(await outcomeOf(path(), [[name, torn]])).toBe(expected[whole]);
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
    expect(await outcomeOf(path(), [[name, proven]])).toBe("CORRUPT");
  });

  test("F05: any length in the last record's header is refused or torn, without a huge allocation", async () => {
    const { name, bytes } = await unmarkedLog(path());
    const expected = await prefixes(path(), { name, bytes });
    const last = recordsIn(bytes).at(-1)?.at ?? 0;
    for (const length of [0, 1, 27, 29, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, bytes.length]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt32LE(length, last + 4);
      expect(await outcomeOf(path(), [[name, changed]])).toBe(expected.at(-2));
    }
  });
});

test("P42: half a replacement at the end is cut off, and what is written then opens again", async () => {
  const { name, bytes } = await unmarkedLog(path());
  const replaced = encodeRecord({ kind: KIND_REPLACE, term: 0, index: 4, data: new Uint8Array() }, crc32);
  await writeImage(path(), new Map([[name, Buffer.concat([bytes, replaced])]]));
  const storage = await openLog(path());
  await storage.append({ entries: [entryOf(7, 3)] });
  await storage.close();
  const again = await openLog(path());
  expect((await again.load()).lastIndex).toBe(7);
  await again.close();
});
