import { expect, test } from "vitest";
import { failoverRatiosOf, failoverSideOf, failoverText, togetherOf } from "../../src/failover/report.ts";

const ours = failoverSideOf({
  ...{ name: "quorate", version: "1", outagesMs: [300, 200, 1000], writes: 5000, skipped: 0 },
  errorCodes: { OUTCOME_UNKNOWN: 7, NO_LEADER: 1 },
});
const theirs = failoverSideOf({
  ...{ name: "etcd", version: "3", outagesMs: [600, 2000], writes: 10, skipped: 3, errorCodes: {} },
});

test("a side has the spread of its outages and all that was not acknowledged", () => {
  expect(ours).toMatchObject({ outageMs: { median: 300, min: 200, max: 1000 }, errors: 8 });
  expect(failoverRatiosOf(ours, theirs)).toEqual({ median: 300 / 1300, max: 0.5 });
});

test("the turns of a system are put together", () => {
  const turn = { name: "etcd", version: "3", outagesMs: [1, 2], writes: 5, skipped: 1, errorCodes: { A: 1, B: 2 } };
  const other = { ...turn, outagesMs: [3], writes: 6, skipped: 0, errorCodes: { B: 3, C: 4 } };
  expect(togetherOf(turn, [turn, other])).toEqual({
    ...{ name: "etcd", version: "3", outagesMs: [1, 2, 3], writes: 11, skipped: 1, errorCodes: { A: 1, B: 5, C: 4 } },
  });
});

test("the text has a line for each side, and the ratios", () => {
  const machine = {
    ...{ processor: "A processor", cores: 2, memoryBytes: 2 ** 34, system: "Linux 6", node: "v24", fileSystem: "ext4" },
    ...{ fdatasyncMs: { p50: 0.25, p99: 1 }, loadAverage: 0.1 },
  };
  const report = { benchmark: "failover", machine, nodes: 3, valueBytes: 256, paceMs: 1, ...ours } as const;
  const text = failoverText({ ...report, rival: theirs, ratios: failoverRatiosOf(ours, theirs) });
  expect(text).toMatch(/quorate 1 +200 ms +300 ms +1\.00 s +5,000 +8 +OUTCOME_UNKNOWN 7, NO_LEADER 1/);
  expect(text).toMatch(/etcd 3 +600 ms +1\.30 s +2\.00 s +10 +0/);
  expect(text.match(/.*not begun.*/g)).toEqual([expect.stringContaining("3 writes on etcd")]);
  expect(text).toContain("quorate by etcd: p50 0.23, max 0.50");
  expect(failoverText({ ...report, withoutRival: "etcd is not here" })).toMatch(/\n\netcd is not here$/);
});
