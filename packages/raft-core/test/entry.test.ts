import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Entry, type EntryKind, RECORD_KIND_RESERVED_MIN, decodeRecord } from "../src/index.ts";
import { bytesOf } from "./harness/stored.ts";

const kinds: readonly EntryKind[] = ["command", "no-op", "membership"];

describe("Entry", () => {
  test.each(kinds)("a %s survives being written and read", (kind) => {
    const entry = new Entry(5, 3, kind, bytesOf("data"));
    const decoded = decodeRecord(entry.record(crc32), 0, crc32);
    if (decoded.type !== "record") throw new Error(decoded.type);
    const { index, term, kind: readKind, data } = Entry.fromRecord(decoded.record) ?? {};
    expect({ index, term, readKind, data }).toEqual({ index: 5, term: 3, readKind: kind, data: bytesOf("data") });
  });

  test("the kinds keep their numbers: they are on disks", () => {
    expect(kinds.map((kind) => new Entry(1, 1, kind, bytesOf("")).record(crc32)[24])).toEqual([0, 1, 2]);
  });

  test.each([3, RECORD_KIND_RESERVED_MIN, 255])("a record of kind %i is none of the log's", (kind) => {
    expect(Entry.fromRecord({ kind, term: 1, index: 1, data: bytesOf("") })).toBeUndefined();
  });

  test("is encoded once", () => {
    const entry = new Entry(1, 1, "command", bytesOf("x"));
    const record = entry.record(crc32);
    expect(entry.record(() => expect.fail("encoded again"))).toBe(record);
  });

  test("is not encoded at all when it came with its record", () => {
    const record = new Entry(1, 1, "command", bytesOf("x")).record(crc32);
    const received = Entry.fromRecord({ kind: 0, term: 1, index: 1, data: bytesOf("x") }, record);
    expect(received?.record(() => expect.fail("encoded again"))).toBe(record);
  });

  test("its size is its record's", () => {
    const entry = new Entry(1, 1, "command", bytesOf("four"));
    expect(entry.sizeBytes).toBe(entry.record(crc32).length);
  });
});
