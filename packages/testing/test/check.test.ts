import { RaftError } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { CheckError, check, equal, rejectsWith } from "../src/check.ts";

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
  [{ a: [1, 2] }, { a: [1, 3] }, "it.a.1: 2 instead of 3"],
  [{ a: 1 }, {}, "it.a: 1 instead of undefined"],
  [{}, { a: 1 }, "it.a: undefined instead of 1"],
  [[], {}, "it: [] instead of {}"],
  [Uint8Array.of(1, 2), Uint8Array.of(1, 3), "it: byte 1 is 2 instead of 3"],
  [Uint8Array.of(1), Uint8Array.of(), "it: 1 bytes instead of 0"],
  [new Map([[1, 2]]), new Map([[1, 3]]), "it.0.1: 2 instead of 3"],
  [new Set([1]), new Set([2]), "it.0: 1 instead of 2"],
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
