import { expect, test } from "vitest";
import { Copies } from "../src/copies.ts";

test("copies are what was given, apart from it and from each other", () => {
  const copies = new Copies();
  const given = [0, 1, 255, 8 * 1024, 8 * 1024 + 1, 3, 100_000].map((size, i) => new Uint8Array(size).fill(i + 1));
  const made = Array.from({ length: 20 }, () => given.map((bytes) => copies.of(bytes)));
  for (const bytes of given) bytes.fill(99);
  for (const round of made) {
    round.forEach((copy, i) => {
      expect(copy.every((byte) => byte === i + 1)).toBe(true);
      expect(copy.length).toBe(given[i]?.length);
      copy.fill(i + 1);
    });
  }
  expect(made.flat().every((copy, i) => copy.every((byte) => byte === (i % given.length) + 1))).toBe(true);
});

test("small copies share memory", () => {
  const copies = new Copies();
  const [one, other] = [copies.of(new Uint8Array(256)), copies.of(new Uint8Array(256))];
  expect(one?.buffer).toBe(other?.buffer);
});
