import { expect, test } from "vitest";
import { ratiosOf, sideOf } from "../../src/servers/report.ts";
import type { RunReport, ServersReport } from "../../src/servers/report.ts";
import { serversText } from "../../src/servers/text.ts";

function runOf(opsPerSecond: number, p50: number, more: Partial<RunReport> = {}): RunReport {
  return {
    ...{ leader: "n1", operations: 2000, errors: 0, errorCodes: {}, seconds: 1, opsPerSecond },
    latencyMs: { count: 2000, mean: p50, p50, p90: 2 * p50, p99: 4 * p50, p999: 5 * p50, max: 6 * p50 },
    distribution: [{ fromMs: 1, toMs: 2, count: 2000 }],
    processes: [
      { id: "n1", cpuSeconds: 0.5, peakMemoryBytes: 2 ** 28, syncs: 100, entries: 2000, entriesPerSync: 20 },
      { id: "n2", cpuSeconds: 0.3, peakMemoryBytes: 2 ** 27, syncs: 200, entries: 2000, entriesPerSync: 10 },
      { id: "load", cpuSeconds: 0.2, peakMemoryBytes: 2 ** 26 },
    ],
    ...more,
  };
}

const ours = sideOf({ name: "quorate", version: "1.0.0" }, [runOf(100, 1), runOf(300, 3), runOf(200, 2)]);
const failing = runOf(50, 10, { errors: 2, errorCodes: { Unavailable: 2 } });
const theirs = sideOf({ name: "etcd", version: "3" }, [runOf(100, 2), failing, runOf(80, 4)]);

test("a side's figures are medians of its turns; errors are of all of them", () => {
  expect(ours).toMatchObject({
    ...{ system: "quorate", opsPerSecond: 200, opsPerSecondSpread: { median: 200, min: 100, max: 300 }, errors: 0 },
    latencyMs: { p50: 2, p99: 8, p999: 10 },
    cpuSecondsPer1000: { servers: expect.closeTo(0.4), load: expect.closeTo(0.1) },
    peakMemoryBytes: { servers: 2 ** 28, load: 2 ** 26 },
  });
  expect(theirs.errors).toBe(2);
});

test("ratios are ours by theirs, turn by turn and of the medians", () => {
  const { opsPerSecond, p50 } = ratiosOf(ours, theirs);
  expect(opsPerSecond).toEqual({ ofMedians: 200 / 80, median: 2.5, min: 1, max: 6 });
  expect(p50).toMatchObject({ ofMedians: 0.5, min: 0.3, max: 0.5 });
});

test("the text names both sides, their ratios, every process and what went wrong", () => {
  const report: ServersReport = {
    benchmark: "servers",
    machine: {
      ...{
        processor: "A processor",
        cores: 2,
        memoryBytes: 2 ** 34,
        system: "Linux 6",
        node: "v24",
        fileSystem: "ext4",
      },
      ...{ fdatasyncMs: { p50: 0.25, p99: 1 }, loadAverage: 0.1 },
    },
    load: {
      ...{ scenario: "put", clients: 256, connections: 8, total: 2000, warmUp: 0 },
      ...{ valueBytes: 256, keys: 10_000, nodes: 3 },
    },
    ...ours,
    rival: theirs,
    ratios: ratiosOf(ours, theirs),
  };
  const text = serversText(report);
  expect(text).toContain("quorate by etcd");
  expect(text).toMatch(/operations\/s +2\.50 +\(1\.00 to 6\.00\)/);
  expect(text).toMatch(/quorate +200 \(100 to 300\) +2\.00 ms/);
  expect(text).toMatch(/n1 \(leader\) +0\.50 s +256 MiB +2,000 +100 +20\.0/);
  expect(text).toMatch(/< +2\.00 ms +100\.00 % +█{40}/);
  const alone: ServersReport = { ...report, ...theirs, ...{ turns: [failing] }, withoutRival: "it is not here" };
  expect(serversText(alone)).toContain("it is not here");
  expect(serversText(alone)).toContain("Unavailable 2");
});
