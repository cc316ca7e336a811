import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, compareBytes, keyOf, prefixEnd } from "../src/bytes.ts";

const anyKey = fc.uint8Array({ maxLength: 20 });

test("a key comes back byte for byte", () => {
  const sameAgain = fc.property(anyKey, (bytes) => {
    expect(bytesOf(keyOf(bytes))).toEqual(bytes);
  });
  fc.assert(sameAgain);
  const longest = Uint8Array.from({ length: 8192 }, (_, i) => i);
  expect(bytesOf(keyOf(longest))).toEqual(longest);
});

test("keys and values have the order of their bytes", () => {
  const ordered = fc.property(anyKey, anyKey, (a, b) => {
    const order = Buffer.compare(a, b);
    expect(Math.sign(compareBytes(a, b))).toBe(order);
    expect(keyOf(a) < keyOf(b)).toBe(order < 0);
  });
  fc.assert(ordered, { numRuns: 500 });
});

test("text outside the basic plane is ordered as its UTF-8, not as its UTF-16", () => {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const words = ["\u{10000}", "\uffee"];
  expect(words.toSorted()).toEqual(words);
  expect(words.map((word) => keyOf(utf8(word))).toSorted()).toEqual(
    words.toReversed().map((word) => keyOf(utf8(word))),
  );
});

describe("the end of a prefix", () => {
  test("lies behind every key with the prefix, and before or at every other later key", () => {
    const separates = fc.property(anyKey, anyKey, (prefix, key) => {
      const [start, end, probe] = [keyOf(prefix), prefixEnd(keyOf(prefix)), keyOf(key)];
      expect(probe >= start && (end === undefined || probe < end)).toBe(probe.startsWith(start));
      const longer = start + probe;
      expect(longer >= start && (end === undefined || longer < end)).toBe(true);
    });
    fc.assert(separates, { numRuns: 500 });
  });

  test("carries over bytes 255, and is open where there are no others", () => {
    expect(prefixEnd("a\xff\xff")).toBe("b");
    expect(prefixEnd("\xff")).toBeUndefined();
    expect(prefixEnd("")).toBeUndefined();
  });
});
