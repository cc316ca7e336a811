import { describe, expect, test } from "vitest";
import { Sampler, measureNames } from "../../../src/page/charts/measures.ts";
import { type ClusterState, afterMessage, lost, nothingKnown } from "../../../src/page/state/cluster.ts";
import type { NodeReport } from "../../../src/report/index.ts";
import { leaderReport, reportOf } from "../support/reports.ts";

const heardAt = (nowMs: number, ...reports: readonly NodeReport[]): ClusterState =>
  reports.reduce((cluster, report) => afterMessage(cluster, { type: "node", report }, nowMs), nothingKnown);
const clusterOf = (...reports: readonly NodeReport[]): ClusterState => heardAt(0, ...reports);
const counted = (committedIndex: number, startedAtMs = 0) => ({
  startedAtMs,
  counters: { committedIndex, writes: 0, reads: 0 },
});
const latency = (p50Ms: number, p99Ms: number, count = 10) => ({ count, p50Ms, p90Ms: p99Ms, p99Ms, maxMs: p99Ms });

describe("the rate of commits", () => {
  const rateIn = (sampler: Sampler, nowMs: number, ...reports: readonly NodeReport[]) =>
    sampler.sample(heardAt(nowMs, ...reports)).get(measureNames.commits);

  test("is by the page's clock, also while the node's own is set", () => {
    const sampler = new Sampler();
    const rate = (index: number, nowMs: number, atMs: number) =>
      rateIn(sampler, nowMs, leaderReport("n1", {}, { ...counted(index), atMs }));
    expect(rate(100, 1000, 70_000)).toBeUndefined();
    expect(rate(150, 2000, 71_000)).toBe(50);
    expect(rate(150, 2250, 71_250)).toBe(0);
    expect(rate(200, 3250, 82_250)).toBe(50);
    expect(rate(250, 4250, 5000)).toBe(50);
  });

  test("is not known of a process that has just begun, or where nothing new was heard", () => {
    const sampler = new Sampler();
    rateIn(sampler, 1000, leaderReport("n1", {}, counted(100)));
    expect(rateIn(sampler, 1000, leaderReport("n1", {}, counted(100)))).toBeUndefined();
    expect(rateIn(sampler, 2000, leaderReport("n1", {}, counted(900, 7)))).toBeUndefined();
  });

  test.each([
    ["an empty commit index", 0],
    ["the index of its snapshot", 4000],
  ])("a cluster that has started again, with %s, has committed nothing when it learns what it had", (_, first) => {
    const sampler = new Sampler();
    const alone = reportOf("n1", { ...counted(first), raft: { leader: undefined } });
    expect(rateIn(sampler, 1000, alone)).toBeUndefined();
    expect(rateIn(sampler, 2000, alone)).toBeUndefined();
    expect(rateIn(sampler, 3000, leaderReport("n1", {}, counted(first)))).toBeUndefined();
    expect(rateIn(sampler, 4000, leaderReport("n1", {}, counted(9001)))).toBeUndefined();
    expect(rateIn(sampler, 5000, leaderReport("n1", {}, counted(9011)))).toBe(10);
  });

  test("goes on by what another node has counted when the leader is a new one", () => {
    const sampler = new Sampler();
    rateIn(sampler, 1000, leaderReport("n1", {}, counted(10)), reportOf("n2", counted(10)));
    expect(rateIn(sampler, 2000, leaderReport("n3", {}, counted(40)), reportOf("n2", counted(40)))).toBe(30);
  });
});

describe("latencies", () => {
  test("of writes are the leader's, of reads those of the slowest node that has any", () => {
    const none = latency(0, 0, 0);
    const cluster = clusterOf(
      leaderReport("n1", {}, { latencies: { write: latency(2, 9), read: latency(1, 2), fsync: none } }),
      reportOf("n2", { latencies: { write: latency(7, 70), read: latency(3, 30), fsync: none } }),
      reportOf("n3", { latencies: { write: none, read: latency(99, 999, 0), fsync: none } }),
    );
    const of = (state: ClusterState, ...names: readonly string[]) => {
      const measures = new Sampler().sample(state);
      return names.map((name) => measures.get(name));
    };
    const { writeMedian, writeTail, readMedian, readTail } = measureNames;
    expect(of(cluster, writeMedian, writeTail, readMedian, readTail)).toEqual([2, 9, 3, 30]);
    expect(of(lost(cluster, "n2", 1), readMedian, readTail)).toEqual([1, 2]);
    expect(of(lost(cluster, "n1", 1), writeMedian, writeTail)).toEqual([undefined, undefined]);
  });
});

test("there is a lag for each follower of the leader", () => {
  const measures = new Sampler().sample(clusterOf(leaderReport("n1", { n2: 5, n3: 1 })));
  expect([measures.get(measureNames.lag("n2")), measures.get(measureNames.lag("n3"))]).toEqual([0, 4]);
  expect(measures.has(measureNames.lag("n1"))).toBe(false);
});
