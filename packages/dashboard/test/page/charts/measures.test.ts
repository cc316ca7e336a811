import { describe, expect, test } from "vitest";
import { Sampler, measureNames } from "../../../src/page/charts/measures.ts";
import { type ClusterState, afterMessage, lost, nothingKnown } from "../../../src/page/state/cluster.ts";
import type { NodeReport } from "../../../src/report/index.ts";
import { leaderReport, reportOf } from "../support/reports.ts";

const clusterOf = (...reports: readonly NodeReport[]): ClusterState =>
  reports.reduce((cluster, report) => afterMessage(cluster, { type: "node", report }, 0), nothingKnown);
const counted = (committedIndex: number, atMs: number, startedAtMs = 0) => ({
  atMs,
  startedAtMs,
  counters: { committedIndex, writes: 0, reads: 0 },
});
const latency = (p50Ms: number, p99Ms: number, count = 10) => ({ count, p50Ms, p90Ms: p99Ms, p99Ms, maxMs: p99Ms });

describe("the rate of commits", () => {
  test("is by the clock of the node that counts", () => {
    const sampler = new Sampler();
    const rate = (index: number, atMs: number) =>
      sampler.sample(clusterOf(leaderReport("n1", {}, counted(index, atMs)))).get(measureNames.commits);
    expect([rate(100, 1000), rate(150, 2000), rate(150, 2250), rate(200, 2500)]).toEqual([undefined, 50, 0, 200]);
  });

  test("is not known of a process that has just begun, or where nothing new was heard", () => {
    const sampler = new Sampler();
    const rate = (report: NodeReport) => sampler.sample(clusterOf(report)).get(measureNames.commits);
    rate(leaderReport("n1", {}, counted(100, 1000)));
    expect(rate(leaderReport("n1", {}, counted(100, 1000)))).toBeUndefined();
    expect(rate(leaderReport("n1", {}, counted(900, 2000, 7)))).toBeUndefined();
  });

  test("goes on by what another node has counted when the leader is a new one", () => {
    const sampler = new Sampler();
    const both = clusterOf(leaderReport("n1", {}, counted(10, 1000)), reportOf("n2", counted(10, 1000)));
    sampler.sample(both);
    const next = clusterOf(leaderReport("n3", {}, counted(40, 2000)), reportOf("n2", counted(40, 2000)));
    expect(sampler.sample(next).get(measureNames.commits)).toBe(30);
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
