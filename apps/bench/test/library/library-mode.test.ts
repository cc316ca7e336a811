import { expect, test } from "vitest";
import type { CallersResult } from "../../src/library/callers.ts";
import { type LibraryReport, libraryInWords } from "../../src/library/library-mode.ts";

const machine = {
  ...{ processor: "some processor", cores: 2, memoryBytes: 2 ** 34, system: "Linux", node: "v24", fileSystem: "ext4" },
  ...{ fdatasyncMs: { p50: 0.2, p99: 0.4 }, loadAverage: 0 },
};
const turn: CallersResult = {
  ...{ operations: 100, errors: 0, elapsedMs: 10, opsPerSecond: 10_000, cpuSecondsPer1000: 0.02 },
  latencyMs: { p50: 1, p90: 2, p99: 3, p999: 4, max: 5 },
};
const load = { clients: 8, total: 100, warmUp: 10, valueBytes: 32 };
const report: LibraryReport = { benchmark: "library", machine, load, quorate: [turn] };

test("people are told the median, each turn, and what has gone wrong in it", () => {
  const failed = { ...turn, errors: 2, firstError: "OVERLOADED", opsPerSecond: 20_000 };
  const text = libraryInWords({ ...report, quorate: [turn, failed] });
  expect(text).toContain("100 proposals of 32 B by 8 callers");
  expect(text).toContain("quorate: 15,000 ops/s (median)");
  expect(text).toContain(
    "20,000 ops/s, p50 1.00, p99 3.00, p99.9 4.00, max 5.00 ms, CPU 0.020 s/1000, 2 errors (OVERLOADED)",
  );
  expect(text).not.toContain("hashicorp");
});

test("they are told the ratios, or why there are none", () => {
  const ratio = { ofMedians: 2.5, median: 2.5, min: 2, max: 3 };
  const ratios = { opsPerSecond: ratio, p50: ratio, p99: ratio, cpuSecondsPer1000: ratio };
  const compared = libraryInWords({ ...report, hashicorp: [turn], ratios });
  expect(compared).toContain("hashicorp/raft with BoltDB: 10,000 ops/s, p50 1.00");
  expect(compared.match(/10,000 ops/g)).toHaveLength(2);
  expect(compared).toContain("opsPerSecond: 2.50 × theirs (turns: 2.00 to 3.00)");
  expect(libraryInWords({ ...report, withoutRival: "it is not here" })).toMatch(/it is not here$/);
});
