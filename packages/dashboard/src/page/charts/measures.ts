import type { NodeId } from "@quorate/raft-core";
import type { LatencyReport, NodeReport } from "../../report/index.ts";
import { type ClusterState, type NodeState, lagOf, leaderOf } from "../state/cluster.ts";

/** The names under which a history holds what is charted. */
export const measureNames = {
  commits: "commits",
  writeMedian: "write p50",
  writeTail: "write p99",
  readMedian: "read p50",
  readTail: "read p99",
  lag: (id: NodeId): string => `lag ${id}`,
} as const;

/** What was heard of a node at one time. */
interface Counted {
  readonly index: number;
  readonly startedAtMs: number;
  /** On the page's clock: a node's own may be set while it counts. */
  readonly heardMs: number;
  /**
   * Whether what it commits from here on is new. A process that begins learns at once, from its leader, of all that was
   * committed before.
   */
  readonly isSettled: boolean;
}

type HeardNode = NodeState & { readonly report: NodeReport };

/** Makes measures of what is known of a cluster, again and again: totals become rates from one time to the next. */
export class Sampler {
  #before: ReadonlyMap<NodeId, Counted> = new Map();

  sample(cluster: ClusterState): ReadonlyMap<string, number | undefined> {
    const reached = cluster.nodes.filter(
      (node): node is HeardNode => node.report !== undefined && node.lostMs === undefined,
    );
    const leader = leaderOf(cluster);
    const reads = slowest(reached.map(({ report }) => report.latencies.read));
    const writes = known(leader?.latencies.write);
    const measures = new Map<string, number | undefined>([
      [measureNames.commits, this.#commitRate(reached, leader?.id)],
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
  #commitRate(reached: readonly HeardNode[], leader: NodeId | undefined): number | undefined {
    const before = this.#before;
    this.#before = new Map(reached.map((node) => [node.id, countedOf(node, before.get(node.id))]));
    const rates = new Map(reached.map((node) => [node.id, rateOf(node, before.get(node.id))]));
    const measured = [...rates.values()].filter((rate) => rate !== undefined);
    const ofLeader = leader === undefined ? undefined : rates.get(leader);
    return ofLeader ?? (measured.length === 0 ? undefined : Math.max(...measured));
  }
}

function rateOf({ report, heardMs }: HeardNode, then: Counted | undefined): number | undefined {
  if (then?.startedAtMs !== report.startedAtMs || !then.isSettled || heardMs <= then.heardMs) return undefined;
  return (1000 * Math.max(0, report.counters.committedIndex - then.index)) / (heardMs - then.heardMs);
}

function countedOf({ report, heardMs }: HeardNode, then: Counted | undefined): Counted {
  const { startedAtMs, counters, raft } = report;
  const index = counters.committedIndex;
  const isSame = then?.startedAtMs === startedAtMs;
  const isSettled = isSame ? then.isSettled || index > then.index : index > 0 && raft.leader !== undefined;
  return { index, startedAtMs, heardMs, isSettled };
}

function known(latency: LatencyReport | undefined): LatencyReport | undefined {
  return latency === undefined || latency.count === 0 ? undefined : latency;
}

function slowest(latencies: readonly LatencyReport[]): LatencyReport | undefined {
  return latencies.filter(({ count }) => count > 0).toSorted((a, b) => b.p99Ms - a.p99Ms)[0];
}
