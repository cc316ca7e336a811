import type { NodeReport } from "@quorate/dashboard/report";

const none = { count: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 };

/** What a lonely leader might say. */
export function sampleReport(more: Partial<NodeReport> = {}): NodeReport {
  return {
    ...{ id: "n1", clusterId: "c1", version: "0.0.0", startedAtMs: 1000, atMs: 2000, actions: false },
    ...{ clientUrl: "http://127.0.0.1:1", peerAddress: "127.0.0.1:2" },
    raft: {
      ...{ role: "leader", term: 3, leader: "n1", votes: {}, isForgotten: false },
      ...{ firstIndex: 1, lastIndex: 9, commitIndex: 9, appliedIndex: 9, durableIndex: 9 },
      entries: [{ index: 9, term: 3, kind: "command", text: "put key" }],
      membership: {
        ...{ voters: ["n1"], learners: [], outgoing: [], addresses: { n1: "127.0.0.1:2" } },
        isFounding: false,
      },
      followers: [],
    },
    transfers: [],
    counters: { committedIndex: 9, writes: 1, reads: 2 },
    latencies: { write: none, read: none, fsync: none },
    health: { eventLoopP99Ms: 0, eventLoopMaxMs: 0, rssBytes: 1, heapBytes: 1 },
    ...more,
  };
}
