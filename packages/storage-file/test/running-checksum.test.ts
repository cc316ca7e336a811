import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { RunningChecksum } from "../src/running-checksum.ts";

const memory = Uint8Array.from({ length: 300 }, (_, at) => (at * 7) % 251);
const other = memory.slice().toReversed();

test("is that of all pieces, wherever they lie and whenever it is asked for", () => {
  const pieces = [
    ...[memory.subarray(0, 10), memory.subarray(10, 11), memory.subarray(11, 200)],
    ...[memory.subarray(20, 30), memory.subarray(40, 50)],
    ...[other.subarray(50, 90), memory.subarray(90, 120), memory.subarray(120, 120), memory.subarray(120, 300)],
  ];
  const seldom = new RunningChecksum(7);
  const often = new RunningChecksum(7);
  let expected = 7;
  for (const piece of pieces) {
    expected = crc32(piece, expected);
    seldom.add(piece);
    often.add(piece);
    expect(often.value).toBe(expected);
  }
  expect(seldom.value).toBe(expected);
  expect(seldom.value).toBe(expected);
  expect(new RunningChecksum(9).value).toBe(9);
});
