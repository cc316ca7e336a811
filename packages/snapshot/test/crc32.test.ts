import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "../src/index.ts";

test("CRC-32 of known bytes", () => {
  expect(crc32(new Uint8Array(0))).toBe(0);
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("CRC-32 is zlib's, in one piece or in several", () => {
  const same = fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (a, b) => {
    expect(crc32(a)).toBe(zlibCrc32(a));
    expect(crc32(b, crc32(a))).toBe(zlibCrc32(Buffer.concat([a, b])));
  });
  fc.assert(same, { numRuns: 500 });
});
