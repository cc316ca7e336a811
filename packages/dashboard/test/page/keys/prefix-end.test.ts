import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { endOfPrefix, keyBehind } from "../../../src/page/keys/prefix-end.ts";

const inBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

test("the end of a prefix is the first text behind everything that begins with it", () => {
  expect(endOfPrefix("users/")).toBe("users0");
  expect(endOfPrefix("")).toBeUndefined();
  expect(endOfPrefix("a\u{10ffff}")).toBe("b");
  expect(endOfPrefix("\u{10ffff}")).toBeUndefined();
  expect(endOfPrefix("\ud7ff")).toBe("\ue000");
});

test("keys with the prefix are before its end, others are not in between", () => {
  const text = fc.string({ unit: "binary", maxLength: 6 });
  fc.assert(
    fc.property(text, text, (prefix, rest) => {
      const end = endOfPrefix(prefix);
      if (end === undefined) return;
      expect(end.isWellFormed()).toBe(true);
      expect(inBytes(prefix + rest, end)).toBeLessThan(0);
      if (!rest.startsWith(prefix) && inBytes(rest, prefix) > 0) expect(inBytes(rest, end)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("nothing is between a key and the one behind it", () => {
  expect(inBytes("a", keyBehind("a"))).toBeLessThan(0);
  expect(inBytes(keyBehind("a"), "a\0\0")).toBeLessThan(0);
  expect(keyBehind("a")).toBe("a\0");
});
