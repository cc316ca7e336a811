import { expect, test } from "vitest";
import { digestOf } from "../src/digest.ts";
import { bytes } from "./text.ts";

test("M16 the digest is of the bytes, wherever they are cut", () => {
  expect(digestOf([bytes("abc"), bytes("def")])).toBe(digestOf([bytes("abcdef")]));
  expect(digestOf([bytes("abc")])).toMatch(/^[0-9a-f]{16}$/);
});

test("M16 ten thousand near neighbours have ten thousand digests, in each half of it", () => {
  const digests = Array.from({ length: 10_000 }, (_, i) => digestOf([bytes(`key-${i}`), Uint8Array.of(i % 256)]));
  expect(new Set(digests).size).toBe(10_000);
  expect(new Set(digests.map((digest) => digest.slice(0, 8))).size).toBeGreaterThan(9_990);
  expect(new Set(digests.map((digest) => digest.slice(8))).size).toBeGreaterThan(9_990);
});
