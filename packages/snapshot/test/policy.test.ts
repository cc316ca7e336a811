import { expect, test } from "vitest";
import { snapshotEvery } from "../src/index.ts";

test("a policy asks for a snapshot from its threshold on, whichever comes first", () => {
  const policy = snapshotEvery({ entries: 10, bytes: 100 });
  expect(policy({ entries: 9, bytes: 99 })).toBe(false);
  expect(policy({ entries: 10, bytes: 0 })).toBe(true);
  expect(policy({ entries: 0, bytes: 100 })).toBe(true);
  expect(snapshotEvery({ bytes: 5 })({ entries: 1e9, bytes: 4 })).toBe(false);
  expect(snapshotEvery({ entries: 5 })({ entries: 4, bytes: 1e9 })).toBe(false);
});

test.each([
  [{}, "give entries, bytes, or both"],
  [{ entries: 0 }, "entries is 0, but must be above 0"],
  [{ bytes: -1 }, "bytes is -1, but must be above 0"],
  [{ bytes: Number.NaN }, "bytes is NaN, but must be above 0"],
])("thresholds that mean nothing are refused: %o", (thresholds, message) => {
  expect(() => snapshotEvery(thresholds)).toThrow(new TypeError(message));
});
