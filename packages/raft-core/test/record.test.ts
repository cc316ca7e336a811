import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type LogRecord, RECORD_HEADER_BYTES, RECORD_VERSION, decodeRecord, encodeRecord } from "../src/index.ts";
import { bytesOf } from "./harness/stored.ts";

const sample: LogRecord = { kind: 2, term: 7, index: 41, data: bytesOf("set x 3") };

/** The sample with the bytes at `offset` replaced, under a checksum that fits again. */
function forged(offset: number, bytes: readonly number[]): Uint8Array {
  const encoded = encodeRecord(sample, crc32);
  encoded.set(bytes, offset);
  new DataView(encoded.buffer).setUint32(0, crc32(encoded.subarray(4)), true);
  return encoded;
}

describe("encodeRecord", () => {
  test("writes the documented layout, little-endian", () => {
    const view = new DataView(encodeRecord(sample, crc32).buffer);
    expect(view.getUint32(4, true)).toBe(RECORD_HEADER_BYTES + 7);
    expect(view.getBigUint64(8, true)).toBe(7n);
    expect(view.getBigUint64(16, true)).toBe(41n);
    expect(view.getUint8(24)).toBe(2);
    expect(view.getUint8(25)).toBe(RECORD_VERSION);
    expect(view.getUint16(26, true)).toBe(0);
    expect(view.getUint32(0, true)).toBe(crc32(new Uint8Array(view.buffer, 4)));
  });

  test("P54 the caller's bytes are copied", () => {
    const data = bytesOf("before");
    const encoded = encodeRecord({ ...sample, data }, crc32);
    data.fill(0);
    expect(decodeRecord(encoded, 0, crc32)).toMatchObject({ record: { data: bytesOf("before") } });
  });
});

describe("decodeRecord", () => {
  test.each([0, 1, 27, 28, 29, 255, 65_536])("gives back what was encoded, with %i bytes of data", (length) => {
    const record = { ...sample, data: new Uint8Array(length).fill(0xa5) };
    const encoded = encodeRecord(record, crc32);
    const lengthBytes = RECORD_HEADER_BYTES + length;
    expect(encoded.length).toBe(lengthBytes);
    expect(decodeRecord(encoded, 0, crc32)).toEqual({ type: "record", record, lengthBytes });
  });

  test.each([0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])(
    "keeps term and index exactly at %i",
    (extreme) => {
      const record = { ...sample, term: extreme, index: extreme, kind: 255 };
      expect(decodeRecord(encodeRecord(record, crc32), 0, crc32)).toMatchObject({ type: "record", record });
    },
  );

  test("reads at an offset, in a view into a larger buffer", () => {
    const encoded = encodeRecord(sample, crc32);
    const buffer = new Uint8Array(3 + encoded.length * 2);
    buffer.set(encoded, 3);
    buffer.set(encoded, 3 + encoded.length);
    const view = buffer.subarray(3);
    expect(decodeRecord(view, encoded.length, crc32)).toMatchObject({ record: sample });
  });

  test("is short at every length but the whole", () => {
    const encoded = encodeRecord(sample, crc32);
    for (let length = 0; length < encoded.length; length += 1) {
      expect(decodeRecord(encoded.subarray(0, length), 0, crc32), `${length} bytes`).toEqual({ type: "short" });
    }
    expect(decodeRecord(encoded, encoded.length + 1, crc32)).toEqual({ type: "short" });
  });

  test("P45 finds the flip of any one bit", () => {
    const encoded = encodeRecord(sample, crc32);
    for (let bit = 0; bit < encoded.length * 8; bit += 1) {
      const flipped = encoded.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // A longer length than there are bytes may be a tail still to come; nothing else is let through.
      expect(decodeRecord(flipped, 0, crc32).type, `bit ${bit}`).not.toBe("record");
    }
  });

  test("P45 data that has changed is damaged, not short: nothing more is to be waited for", () => {
    const encoded = encodeRecord(sample, crc32);
    encoded[28] = (encoded[28] ?? 0) ^ 1;
    expect(decodeRecord(encoded, 0, crc32)).toEqual({ type: "damaged", reason: "the checksum does not match" });
  });

  test("P45 a zeroed stretch is damaged, not an empty record", () => {
    expect(decodeRecord(new Uint8Array(64), 0, crc32)).toEqual({ type: "damaged", reason: "impossible length 0" });
  });

  test.each([
    ["an unknown version", 25, [2], "unknown record version 2"],
    ["a term above 2^53", 8, [0, 0, 0, 0, 0, 0, 0x20, 0], "term 9007199254740992 is not a safe integer"],
    ["an index above 2^53", 16, [0, 0, 0, 0, 0, 0, 0x20, 0], "index 9007199254740992 is not a safe integer"],
  ] as const)("refuses %s although the checksum fits", (_, offset, bytes, reason) => {
    expect(decodeRecord(forged(offset, bytes), 0, crc32)).toEqual({ type: "damaged", reason });
  });

  test("a length that claims gigabytes costs nothing", () => {
    const data = new Uint8Array(40);
    new DataView(data.buffer).setUint32(4, 0xffff_ffff, true);
    expect(decodeRecord(data, 0, () => expect.fail("must not be checked"))).toEqual({ type: "short" });
  });
});
