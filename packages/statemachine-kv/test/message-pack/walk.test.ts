import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { type Shape, faultIn } from "../../src/message-pack/index.ts";
import { hostileBytes } from "../hostile-bytes.ts";

const shape: Shape = { depthMax: 3, mapFieldsMax: 2, elementsMax: 10, top: "one map", asciiOnly: true };
const arrays: Shape = { ...shape, top: "arrays", asciiOnly: false };
const packr = new Packr({ useRecords: false });

test.each<readonly [string, readonly number[], Shape, string | undefined]>([
  ["a map", [0x81, 0xa1, 0x61, 0x93, 1, 0xc0, 0xcb, 0, 0, 0, 0, 0, 0, 0, 0], shape, undefined],
  ["arrays", [0x90, 0x91, 0x81, 0xa1, 0x61, 0xc4, 1, 0xff], arrays, undefined],
  ["nothing", [], shape, "nothing at all"],
  ["two maps", [0x80, 0x80], shape, "more than one value"],
  ["a map and an array", [0x80, 0x90], shape, "a value outside that is of another type"],
  ["an array", [0x90], shape, "a value outside that is of another type"],
  ["an array and a map", [0x90, 0x80], arrays, "a value outside that is of another type"],
  ["three levels", [0x91, 0x91, 0x91, 1], arrays, undefined],
  ["four levels", [0x91, 0x91, 0x91, 0x91, 1], arrays, "more than 3 levels"],
  ["ten values", [0x99, 1, 1, 1, 1, 1, 1, 1, 1, 1], arrays, undefined],
  ["eleven values", [0x9a, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], arrays, "more than 10 values"],
  ["eleven empty arrays", Array.from({ length: 11 }, () => 0x90), arrays, "more than 10 values"],
  ["two fields", [0x82, 0xa0, 1, 0xa0, 1], shape, undefined],
  ["three fields", [0x83, 0xa0, 1, 0xa0, 1, 0xa0, 1], shape, "a map of 3 fields"],
  ["a number as a key", [0x82, 0xa0, 1, 1, 1], shape, "a map with a key that is no text"],
  ["an array as a key", [0x81, 0x90, 1], shape, "a map with a key that is no text"],
  ["other text", [0x81, 0xa1, 0x61, 0xa2, 0xc3, 0xa4], shape, "text beyond ASCII"],
  ["other text as a key", [0x81, 0xd9, 1, 0xff, 1], shape, "text beyond ASCII"],
  ["other text where it may be", [0x91, 0xa2, 0xc3, 0xa4], arrays, undefined],
  ["an extension type", [0x81, 0xa0, 0xd4, 1, 0], shape, "MessagePack type 0xd4"],
  ["what is never used", [0x81, 0xa0, 0xc1], shape, "MessagePack type 0xc1"],
  ["a map counted in 32 bits", [0xdf, 0, 0, 0, 0], shape, "MessagePack type 0xdf"],
  ["half a number", [0x81, 0xa0, 0xcb, 0], shape, "an end within a value"],
  ["half a length", [0x81, 0xa0, 0xc5, 0], shape, "an end within a length"],
  ["bytes that are not there", [0x81, 0xa0, 0xc6, 0xff, 0xff, 0xff, 0xff], shape, "an end within a value"],
  ["elements that are not there", [0xdd, 0xff, 0xff, 0xff, 0xff], arrays, "an end within a value"],
])("%s", (_, bytes, within, fault) => {
  expect(faultIn(Uint8Array.from(bytes), within)).toBe(fault);
  expect(faultIn(Uint8Array.from([0x91, ...bytes, 0x91]).subarray(1, 1 + bytes.length), within)).toBe(fault);
});

describe("the decoder", () => {
  test("does not fail on bytes without a fault", () => {
    const wide: Shape = { depthMax: 20, mapFieldsMax: 20, elementsMax: 1000, top: "one map", asciiOnly: true };
    let sound = 0;
    const decoded = fc.property(hostileBytes, (bytes) => {
      if (faultIn(bytes, wide) !== undefined) return;
      sound += 1;
      expect(packr.unpack(bytes)).toBeTypeOf("object");
    });
    fc.assert(decoded, { numRuns: 5000, seed: 1 });
    expect(sound).toBeGreaterThan(1000);
  });
});
