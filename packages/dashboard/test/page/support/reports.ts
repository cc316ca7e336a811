import type { ClusterEvent, NodeReport, RaftReport } from "../../../src/report/index.ts";

const nothing = { count: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 };

/** What a report of `n2` is made of where a test does not say otherwise: a follower of `n1` with five entries. */
export type ReportChanges = Partial<Omit<NodeReport, "raft">> & { readonly raft?: Partial<RaftReport> };

export function reportOf(id: string, { raft, ...changes }: ReportChanges = {}): NodeReport {
  return {
    id,
    clusterId: "c1",
    version: "1.2.3",
    clientUrl: originOf(id),
    peerAddress: `127.0.0.1:700${id.slice(1)}`,
    startedAtMs: 1000,
    atMs: 61_000,
    actions: false,
    raft: {
      role: "follower",
      term: 3,
      leader: "n1",
      votes: {},
      firstIndex: 1,
      lastIndex: 5,
      commitIndex: 5,
      appliedIndex: 5,
      durableIndex: 5,
      entries: [{ index: 5, term: 3, kind: "command", text: "put a" }],
      membership: {
        voters: ["n1", "n2", "n3"],
        learners: [],
        outgoing: [],
        addresses: {},
        isFounding: false,
      },
      followers: [],
      isForgotten: false,
      ...raft,
    },
    transfers: [],
    counters: { committedIndex: 5, writes: 0, reads: 0 },
    latencies: { write: nothing, read: nothing, fsync: nothing },
    health: { eventLoopP99Ms: 1, eventLoopMaxMs: 2, rssBytes: 100_000_000, heapBytes: 50_000_000 },
    ...changes,
  };
}

/** A leader that knows of the others what `matches` says. */
export function leaderReport(
  id: string,
  matches: Readonly<Record<string, number>>,
  { raft, ...changes }: ReportChanges = {},
): NodeReport {
  const followers = Object.entries(matches).map(([follower, matchIndex]) => ({
    id: follower,
    matchIndex,
    nextIndex: matchIndex + 1,
    state: "replicate" as const,
    contactAgeMs: 40,
  }));
  return reportOf(id, { ...changes, raft: { role: "leader", leader: id, followers, ...raft } });
}

export function originOf(id: string): string {
  return `http://127.0.0.1:800${id.slice(1)}`;
}

export function eventOf(id: string, changes: Partial<ClusterEvent> = {}): ClusterEvent {
  return { id, atMs: 1000, node: "n1", kind: "leader", values: { term: 3 }, ...changes };
}
