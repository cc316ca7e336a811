import { expect, test } from "vitest";
import { snapshotEvery } from "../src/index.ts";

test("a policy asks for a snapshot from its threshold on, whichever comes first", () => {
  const policy = snapshotEvery({ entries: 10, bytes: 100 });
  const snapshotBytes = 1e9;
  expect(policy({ entries: 9, bytes: 99, snapshotBytes })).toBe(false);
  expect(policy({ entries: 10, bytes: 0, snapshotBytes })).toBe(true);
  expect(policy({ entries: 0, bytes: 100, snapshotBytes })).toBe(true);
  expect(snapshotEvery({ bytes: 5 })({ entries: 1e9, bytes: 4, snapshotBytes })).toBe(false);
  expect(snapshotEvery({ entries: 5 })({ entries: 4, bytes: 1e9, snapshotBytes })).toBe(false);
});

test("with growth, a large state waits for as much log", () => {
  const policy = snapshotEvery({ entries: 10, growth: 0.5 });
  expect(policy({ entries: 10, bytes: 499, snapshotBytes: 1000 })).toBe(false);
  expect(policy({ entries: 10, bytes: 500, snapshotBytes: 1000 })).toBe(true);
  expect(policy({ entries: 9, bytes: 5000, snapshotBytes: 1000 })).toBe(false);
  expect(policy({ entries: 10, bytes: 0, snapshotBytes: 0 })).toBe(true);
});

test.each([
  [{}, "give entries, bytes, or both"],
  [{ entries: 0 }, "entries is 0, but must be above 0"],
  [{ bytes: -1 }, "bytes is -1, but must be above 0"],
  [{ entries: 1, growth: -1 }, "growth is -1, but must be 0 or more"],
  [{ bytes: Number.NaN }, "bytes is NaN, but must be above 0"],
])("thresholds that mean nothing are refused: %o", (thresholds, message) => {
  expect(() => snapshotEvery(thresholds)).toThrow(new TypeError(message));
});
