import { expect, onTestFinished, test } from "vitest";
import { CoreCluster } from "../../src/core/core-cluster.ts";
import { measureTurn } from "../../src/core/core-mode.ts";
import { measureCoreSpeed } from "../../src/core/measure-core.ts";
import { Children } from "../../src/ground/children.ts";

test("every core applies what was proposed, the followers all but what they have not yet heard to be committed", () => {
  const cluster = new CoreCluster();
  const start = Math.max(...cluster.appliedIndexes);
  cluster.propose([new Uint8Array(1), new Uint8Array(2)]);
  cluster.propose([new Uint8Array(3)]);
  expect(cluster.appliedIndexes.toSorted((a, b) => a - b)).toEqual([start + 2, start + 2, start + 3]);
});

test("a run counts whole batches, and the allocation of each entry", async () => {
  const children = new Children();
  onTestFinished(() => children.endAll());
  const settings = { total: 1000, warmUp: 100, batch: 64, valueBytes: 16 };
  const { speed, allocation } = await measureTurn(settings, { children, signal: new AbortController().signal });
  expect(speed.entries).toBe(1024);
  expect(allocation.entries).toBe(1024);
  // Each entry is an object of six fields: less could only be had by not counting.
  expect(allocation.bytesPerEntry).toBeGreaterThan(56);
});

test("a warm-up of nothing at all is one batch: the followers are as far behind before the run as after it", () => {
  expect(measureCoreSpeed({ total: 100, warmUp: 0, batch: 64, valueBytes: 16 }).entries).toBe(128);
});
