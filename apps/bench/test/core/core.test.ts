import { expect, test } from "vitest";
import { CoreCluster } from "../../src/core/core-cluster.ts";
import { describeCore, measureCore } from "../../src/core/core-command.ts";

test("every core applies what was proposed, the followers all but what they have not yet heard to be committed", () => {
  const cluster = new CoreCluster();
  const start = Math.max(...cluster.appliedIndexes);
  cluster.propose([new Uint8Array(1), new Uint8Array(2)]);
  cluster.propose([new Uint8Array(3)]);
  expect(cluster.appliedIndexes.toSorted((a, b) => a - b)).toEqual([start + 2, start + 2, start + 3]);
});

test("a run counts whole batches, and the allocation of each entry", async () => {
  const result = await measureCore({ total: 1000, warmUp: 100, batch: 64, valueSizeBytes: 16 });
  expect(result.speed.entries).toBe(1024);
  expect(result.allocation.entries).toBe(1024);
  // Each of three cores keeps the entry in a list, and the entry itself has six fields.
  expect(result.allocation.bytesPerEntry).toBeGreaterThan(56);
  expect(describeCore(result)).toContain("1024 entries of 16 B in proposals of 64");
});
