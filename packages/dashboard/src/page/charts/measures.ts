import type { NodeId } from "@quorate/raft-core";
import type { LatencyReport, NodeReport } from "../../report/index.ts";
import { type ClusterState, lagOf, leaderOf } from "../state/cluster.ts";

/** The names under which a history holds what is charted. */
export const measureNames = {
  commits: "commits",
  writeMedian: "write p50",
  writeTail: "write p99",
  readMedian: "read p50",
  readTail: "read p99",
  lag: (id: NodeId): string => `lag ${id}`,
} as const;

interface Counted {
  readonly index: number;
  readonly atMs: number;
  readonly startedAtMs: number;
}

/** Makes measures of what is known of a cluster, again and again: totals become rates from one time to the next. */
export class Sampler {
  #before: ReadonlyMap<NodeId, Counted> = new Map();

  sample(cluster: ClusterState): ReadonlyMap<string, number | undefined> {
    const reached = cluster.nodes.flatMap(({ report, lostMs }) =>
      report === undefined || lostMs !== undefined ? [] : [report],
    );
    const leader = leaderOf(cluster);
    const reads = slowest(reached.map(({ latencies }) => latencies.read));
    const writes = known(leader?.latencies.write);
    const measures = new Map<string, number | undefined>([
      [measureNames.commits, this.#commitRate(reached, leader)],
      [measureNames.writeMedian, writes?.p50Ms],
      [measureNames.writeTail, writes?.p99Ms],
      [measureNames.readMedian, reads?.p50Ms],
      [measureNames.readTail, reads?.p99Ms],
    ]);
    for (const { id } of leader?.raft.followers ?? []) {
      measures.set(measureNames.lag(id), leader && lagOf(leader, id));
    }
    return measures;
  }

  /** The index is the same on every node; the leader is the first to know it. */
  #commitRate(reached: readonly NodeReport[], leader: NodeReport | undefined): number | undefined {
    const before = this.#before;
    this.#before = new Map(reached.map((report) => [report.id, countedOf(report)]));
    const rateOf = (report: NodeReport): number | undefined => {
      const then = before.get(report.id);
      if (then === undefined || then.startedAtMs !== report.startedAtMs || report.atMs <= then.atMs) return undefined;
      return (1000 * Math.max(0, report.counters.committedIndex - then.index)) / (report.atMs - then.atMs);
    };
    const rates = reached.map(rateOf).filter((rate) => rate !== undefined);
    return (leader && rateOf(leader)) ?? (rates.length === 0 ? undefined : Math.max(...rates));
  }
}

function countedOf({ counters, atMs, startedAtMs }: NodeReport): Counted {
  return { index: counters.committedIndex, atMs, startedAtMs };
}

function known(latency: LatencyReport | undefined): LatencyReport | undefined {
  return latency === undefined || latency.count === 0 ? undefined : latency;
}

function slowest(latencies: readonly LatencyReport[]): LatencyReport | undefined {
  return latencies.filter(({ count }) => count > 0).toSorted((a, b) => b.p99Ms - a.p99Ms)[0];
}
