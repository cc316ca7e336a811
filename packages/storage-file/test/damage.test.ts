import { crc32 } from "node:zlib";
import { nodeFileSystem } from "@quorate/file-system";
import { encodeRecord, type LogRecord } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { KIND_HARD_STATE, KIND_MARK, KIND_REPLACE, encodeMark, KIND_HEADER } from "../src/format.ts";
import { closedLog, outcomeOf, unmarkedLog } from "./damaged-log.ts";
import { recordsIn } from "./records-in.ts";
import { writeImage } from "./recording-file-system.ts";
import { openLog } from "./temporary-directory.ts";
import { temporaryLog } from "./temporary-log.ts";

const path = temporaryLog();

describe("damage that no crash explains is refused, and nothing is changed", () => {
  test("F03 S29: a bit flipped in any byte of a log that was closed is refused, or changes nothing", async () => {
    const { name, bytes } = await closedLog(path());
    const expected = await outcomeOf(path(), [[name, bytes]]);
    const mark = recordsIn(bytes).at(-1)?.at ?? 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const outcome = await outcomeOf(path(), [[name, changed]]);
      expect([at, outcome]).toEqual([at, at < mark ? "CORRUPT" : expected]);
    }
  });

  test("F03: the error names the file, the offset, the reason and the remedy", async () => {
    const { name, bytes } = await closedLog(path());
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
    const { name, bytes } = await unmarkedLog(path());
    const marks = recordsIn(bytes).filter(({ kind }) => kind === KIND_MARK);
    const proven = marks.at(-1)?.at ?? 0;
    const hole = Buffer.concat([bytes.subarray(0, proven - 20), bytes.subarray(proven)]);
    expect(await outcomeOf(path(), [[name, hole]])).toBe("CORRUPT");
  });

  test("F07 F08 F13: whole records in the wrong place are damage as well", async () => {
    const { name, bytes } = await unmarkedLog(path());
    const records = recordsIn(bytes);
    const slice = (number: number): Uint8Array => bytes.subarray(records[number]?.at, records[number]?.end);
    const entry = (index: number, term: number): LogRecord => ({ kind: 0, term, index, data: new Uint8Array(3) });
    const checksum = crc32(bytes);
    const right = encodeMark({ sequence: 1, offsetBytes: bytes.length, checksum });
    expect(await outcomeOf(path(), [[name, Buffer.concat([bytes, right])]])).toContain('"lastIndex":6');
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
      expect([what, await outcomeOf(path(), [[name, Buffer.concat([bytes, record])]])]).toEqual([what, "CORRUPT"]);
    }
    const replaced = encodeRecord({ kind: KIND_REPLACE, term: 0, index: 4, data: new Uint8Array() }, crc32);
    const notFollowed = Buffer.concat([bytes, replaced, encodeRecord(entry(5, 3), crc32)]);
    expect(await outcomeOf(path(), [[name, notFollowed]])).toBe("CORRUPT");
    expect(await outcomeOf(path(), [[name, Buffer.concat([bytes, replaced])]])).toContain('"lastIndex":6');
  });

  test("F03: a header that is no JSON, or lacks what a header has, is refused like any damage, by its place", async () => {
    const { name, bytes } = await closedLog(path());
    const end = recordsIn(bytes)[0]?.end ?? 0;
    const whole = JSON.parse(Buffer.from(bytes.subarray(40, end)).toString("utf8")) as object;
    const texts = ["", "{", "\u0000", "null", "7", "[]", JSON.stringify({ ...whole, last: null })];
    for (const text of texts) {
      const record = encodeRecord({ kind: KIND_HEADER, term: 0, index: 0, data: Buffer.from(text) }, crc32);
      await writeImage(path(), new Map([[name, Buffer.concat([bytes.subarray(0, 12), record, bytes.subarray(end)])]]));
      await expect(openLog(path()), text).rejects.toMatchObject({
        code: "CORRUPT",
        message: expect.stringMatching(new RegExp(`${name} is damaged at offset 0: the header .*\\. .*peers`)),
      });
    }
  });
});

test("S29: damage that comes after opening is found when it is read, and names its place", async () => {
  const { name, bytes } = await closedLog(path());
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
