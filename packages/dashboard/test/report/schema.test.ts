import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clusterMessageSchema } from "../../src/report/index.ts";
import type { ClusterMessage, NodeReport } from "../../src/report/index.ts";

const latency = { count: 1, p50Ms: 1, p90Ms: 2, p99Ms: 3, maxMs: 4 };

const report: NodeReport = {
  ...{ id: "n1", clusterId: "c1", version: "1.0.0", clientUrl: "http://127.0.0.1:8001", peerAddress: "127.0.0.1:7001" },
  ...{ startedAtMs: 1, atMs: 2, actions: true },
  raft: {
    ...{ role: "leader", term: 2, votedFor: "n1", leader: "n1", votes: { n1: true } },
    election: { totalMs: 200, remainingMs: 10 },
    ...{ firstIndex: 1, lastIndex: 9, commitIndex: 9, appliedIndex: 9, durableIndex: 9 },
    snapshot: { index: 3, term: 1 },
    entries: [{ index: 9, term: 2, kind: "command", text: "put a" }],
    membership: {
      ...{ voters: ["n1", "n2"], learners: ["n3"], outgoing: [], addresses: { n1: "127.0.0.1:7001" } },
      change: { voters: ["n1", "n2", "n3"], learners: [] },
      isFounding: false,
    },
    followers: [{ id: "n2", matchIndex: 8, nextIndex: 9, state: "replicate", contactAgeMs: 3 }],
    transferTo: "n2",
    failure: { code: "STORAGE_FAILED", message: "disk" },
    isForgotten: false,
    grievance: { detail: "what", remedy: "then" },
  },
  transfers: [{ direction: "to", peer: "n2", index: 3, bytes: 1, totalBytes: 2 }],
  counters: { committedIndex: 9, writes: 1, reads: 2 },
  latencies: { write: latency, read: latency, fsync: latency },
  health: { eventLoopP99Ms: 0.5, eventLoopMaxMs: 1, rssBytes: 1, heapBytes: 1, logBytes: 1, snapshotBytes: 1 },
};

const messages: readonly ClusterMessage[] = [
  { type: "node", report },
  { type: "unreachable", id: "n2", since: 5, reason: "gone" },
  {
    type: "event",
    event: { id: "n1.1.1", atMs: 5, node: "n1", kind: "snapshot-sent", values: { to: "n2", index: 3, bytes: 2 } },
  },
];

describe("the schema of the stream", () => {
  test.each(messages)("reads what is sent as it was: $type", (message) => {
    expect(clusterMessageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  test("leaves out what a later version has added, and refuses what this one would not understand", () => {
    const later = { type: "node", report: { ...report, more: 1 } };
    expect(clusterMessageSchema.parse(later)).toEqual({ type: "node", report });
    const { term: _term, ...raft } = report.raft;
    for (const wrong of [
      { type: "node", report: { ...report, raft } },
      { type: "node", report: { ...report, id: "" } },
      { type: "node", report: { ...report, atMs: -1 } },
      { type: "node", report: { ...report, raft: { ...report.raft, role: "king" } } },
      { type: "event", event: { id: "x", atMs: 1, node: "n1", kind: "unheard-of", values: {} } },
      { type: "unreachable", id: "n2", since: 5, reason: "tired" },
      { type: "else" },
      null,
    ]) {
      expect(clusterMessageSchema.safeParse(wrong).success).toBe(false);
    }
  });
});

test("what pages and servers share imports neither Node nor anything of a page", () => {
  const folder = join(import.meta.dirname, "../../src/report");
  for (const name of readdirSync(folder)) {
    const imported = readFileSync(join(folder, name), "utf8").matchAll(/^(?:import|export) .*?from "([^"]+)"/gm);
    for (const [, from = ""] of imported)
      expect([name, from]).toEqual([name, expect.stringMatching(/^(?:\.\/[\w-]+\.ts|zod\/mini|@quorate\/raft-core)$/)]);
  }
});
