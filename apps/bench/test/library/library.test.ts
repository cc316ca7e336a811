import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { callAll } from "../../src/library/callers.ts";
import { measureOwnLibrary } from "../../src/library/own-library.ts";

test("every call is made once, by so many callers at a time, and what rejects is counted", async () => {
  const numbers: number[] = [];
  let calling = 0;
  let callingMax = 0;
  const result = await callAll({ clients: 3, total: 10 }, async (number) => {
    calling += 1;
    callingMax = Math.max(callingMax, calling);
    numbers.push(number);
    await Promise.resolve();
    calling -= 1;
    if (number === 4) throw new Error("not this one");
  });
  expect(numbers.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(callingMax).toBe(3);
  expect(result).toMatchObject({ operations: 10, errors: 1, firstError: "Error: not this one" });
});

test("how long a call took that came to nothing is no latency", async () => {
  let nowMs = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  onTestFinished(() => clock.mockRestore());
  const { errors, latencyMs } = await callAll({ clients: 1, total: 2 }, async (number) => {
    nowMs += number === 0 ? 2 : 500;
    if (number === 1) throw new Error("too late");
  });
  expect([errors, latencyMs.max]).toEqual([1, 2]);
});

test("three nodes with files and sockets apply what was proposed, warm-up included", async () => {
  const directory = await mkdtemp(join(tmpdir(), "quorate-bench-test-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  // It throws where the nodes' own counts are others.
  const result = await measureOwnLibrary({ clients: 8, total: 200, warmUp: 50, valueBytes: 32, directory });
  expect(result).toMatchObject({ operations: 200, errors: 0 });
});
