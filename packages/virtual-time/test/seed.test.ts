import { describe, expect, test } from "vitest";
import { formatSeed, parseSeed, seedAfter, streamsOf } from "../src/seed.ts";

describe("seeds", () => {
  test.each(["00000000000000ff", "ff", "FF", "0xff"])("a seed is hexadecimal, however it is spelled: %s", (text) => {
    expect(parseSeed(text)).toBe(255n);
  });

  test("every seed is printed so that it is read back", () => {
    for (const seed of [0n, 1n, 2n ** 63n, 2n ** 64n - 1n]) expect(parseSeed(formatSeed(seed))).toBe(seed);
  });

  test.each(["", "-1", "0x", "g", "10000000000000000", "1.5"])("%j is refused by name", (text) => {
    expect(() => parseSeed(text)).toThrow(/seed is/);
  });

  test("behind the last seed they start over", () => {
    expect(seedAfter(2n ** 64n - 1n, 1)).toBe(0n);
  });

  test("streams of one seed do not shift one another", () => {
    const alone = streamsOf(7n)("disk");
    const beside = streamsOf(7n);
    beside("network").next();
    const disk = beside("disk");
    expect([disk.next(), disk.next()]).toEqual([alone.next(), alone.next()]);
    expect(streamsOf(7n)("disk").next()).not.toBe(streamsOf(7n)("network").next());
    expect(streamsOf(7n)("disk").next()).not.toBe(streamsOf(8n)("disk").next());
  });
});
