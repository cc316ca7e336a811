import { RaftError } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { CheckError, check, during, equal, rejectsWith } from "../src/check.ts";

test("check throws what it was told", () => {
  expect(() => check(true, "never said")).not.toThrow();
  expect(() => check(false, "the sky is green")).toThrow(new CheckError("the sky is green"));
});

test("equal compares by value, bytes whatever their class", () => {
  const value = { a: [1, { b: Buffer.from("x") }], c: new Map([[1, new Set([2])]]), d: undefined };
  equal(value, { a: [1, { b: Uint8Array.of(120) }], c: new Map([[1, new Set([2])]]) }, "value");
});

test.each([
  [1, 2, "it: 1 instead of 2"],
  [-0, 0, "it: -0 instead of 0"],
  ["a", undefined, 'it: "a" instead of undefined'],
  [{ a: [1, 2] }, { a: [1, 3] }, "it, a, number 1: 2 instead of 3"],
  [{ a: 1 }, {}, "it, a: 1 instead of undefined"],
  [{}, { a: 1 }, "it, a: undefined instead of 1"],
  [[], {}, "it: [] instead of {}"],
  [[1, 2, 3], [1, 2], "it: 3 entries instead of 2: number 2 is too many: 3"],
  [[1], [1, 2], "it: 1 entry instead of 2: number 1 is missing: 2"],
  [[{ a: 1 }, 2, 3], [{ a: 2 }, 2], "it: 3 entries instead of 2: number 0, a: 1 instead of 2"],
  [Uint8Array.of(1, 2), Uint8Array.of(1, 3), "it: byte 1 is 2 instead of 3, in 2 bytes 0x0102"],
  [Buffer.from("ab"), Uint8Array.of(), 'it: 2 bytes "ab" instead of 0 bytes'],
  [{ data: Uint8Array.of(255) }, 7, "it: {data: 1 byte 0xff} instead of 7"],
  [new Uint8Array(40).fill(97), 7, `it: 40 bytes "${"a".repeat(32)}"… instead of 7`],
  [Array.from({ length: 9 }, () => 0), 7, "it: [0, 0, 0, 0, 0, … 4 more] instead of 7"],
  [new Map([[1, 2]]), new Map([[1, 3]]), "it, number 0, number 1: 2 instead of 3"],
  [new Set([1]), new Set([2]), "it, number 0: 1 instead of 2"],
])("equal names the first difference: %o, %o", (actual, expected, message) => {
  expect(() => equal(actual, expected, "it")).toThrow(new CheckError(message));
});

test("rejectsWith wants this very outcome", async () => {
  await rejectsWith(Promise.reject(new RaftError("CLOSED", "x")), "CLOSED", "it");
  await rejectsWith(Promise.reject(new TypeError("x")), "TypeError", "it");
  await expect(rejectsWith(Promise.resolve(1), "CLOSED", "it")).rejects.toThrow(
    "it must reject with CLOSED, but it resolved",
  );
  await expect(rejectsWith(Promise.reject(new RaftError("CORRUPT", "x")), "CLOSED", "it")).rejects.toThrow(CheckError);
  await expect(rejectsWith(Promise.reject(new Error("x")), "TypeError", "it")).rejects.toThrow(CheckError);
});

test("an error of the subject's own is told with what was being done, and kept; a check's own stays as it is", async () => {
  const failure = new RangeError("too far");
  const outcome = during("apply of command 3", () => Promise.reject(failure));
  await expect(outcome).rejects.toThrow(/^apply of command 3 threw RangeError: too far at .*check\.test\.ts/);
  await expect(outcome).rejects.toThrow(expect.objectContaining({ name: "CheckError", cause: failure }));
  const own = new CheckError("it: 1 instead of 2");
  await expect(during("apply", () => Promise.reject(own))).rejects.toBe(own);
});
