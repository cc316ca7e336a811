import { describe, expect, test } from "vitest";
import { clusterViewOf } from "../../../src/page/state/cluster-view.ts";
import { type ClusterState, afterMessage, lost, nothingKnown } from "../../../src/page/state/cluster.ts";
import { type ReportChanges, leaderReport, reportOf } from "../support/reports.ts";

const heard = (id: string, changes: ReportChanges, nowMs = 1000): ClusterState =>
  afterMessage(nothingKnown, { type: "node", report: reportOf(id, changes) }, nowMs);
const nodeIn = (cluster: ClusterState, id: string) => clusterViewOf(cluster, 2000).nodes.find((node) => node.id === id);

describe("the view of a running cluster", () => {
  test("has what a node says of itself, and no messages that nobody saw", () => {
    const view = clusterViewOf(heard("n2", {}), 2000);
    expect([view.nowMs, view.flights, view.cuts]).toEqual([2000, [], []]);
    expect(nodeIn(heard("n2", {}), "n2")).toMatchObject({
      condition: "up",
      role: "follower",
      standing: "voter",
      term: 3,
      leader: "n1",
      commitIndex: 5,
      log: { firstIndex: 1, lastIndex: 5 },
    });
  });

  test("what has not changed is the same object", () => {
    const cluster = heard("n2", {});
    const next = afterMessage(cluster, { type: "node", report: reportOf("n1") }, 1100);
    expect(nodeIn(next, "n2")).toBe(nodeIn(cluster, "n2"));
    expect(nodeIn(next, "n1")).not.toBe(nodeIn(cluster, "n1"));
  });

  test("who is lost is down, keeps its log, and has neither role nor timer", () => {
    const cluster = lost(heard("n2", { raft: { election: { totalMs: 200, remainingMs: 100 } } }), "n2", 1500);
    expect(nodeIn(cluster, "n2")).toMatchObject({
      condition: "down",
      role: undefined,
      election: undefined,
      commitIndex: 5,
    });
    expect(nodeIn(cluster, "n1")).toMatchObject({ condition: "unknown", role: undefined });
  });

  test("who has failed says why", () => {
    const failure = { code: "STORAGE_FAILED", message: "the disk is full" };
    expect(nodeIn(heard("n2", { raft: { failure } }), "n2")).toMatchObject({
      condition: "failed",
      failure: "the disk is full",
    });
  });

  test("a timer runs on where there is no leader, and stands as it was told where there is one", () => {
    const election = { totalMs: 200, remainingMs: 150 };
    const runs = nodeIn(heard("n2", { raft: { election, leader: undefined } }), "n2");
    expect(runs?.election).toEqual({ startMs: 950, deadlineMs: 1150 });
    expect(nodeIn(heard("n2", { raft: { election } }), "n2")?.election?.seenMs).toBe(1000);
  });

  test("a leader's knowledge of the others is on the page's clock", () => {
    const cluster = afterMessage(nothingKnown, { type: "node", report: leaderReport("n1", { n2: 4 }) }, 1000);
    expect(nodeIn(cluster, "n1")?.followers).toEqual([
      { id: "n2", matchIndex: 4, nextIndex: 5, state: "replicate", lastContactMs: 960 },
    ]);
  });

  test.each([
    ["voter", { voters: ["n2"], outgoing: [], learners: [] }],
    ["incoming", { voters: ["n2"], outgoing: ["n1"], learners: [] }],
    ["outgoing", { voters: ["n1"], outgoing: ["n2"], learners: [] }],
    ["learner", { voters: ["n1"], outgoing: [], learners: ["n2"] }],
    ["outside", { voters: ["n1"], outgoing: [], learners: [] }],
  ] as const)("stands as %s", (standing, members) => {
    const membership = { ...members, addresses: {}, isFounding: false };
    expect(nodeIn(heard("n2", { raft: { membership } }), "n2")?.standing).toBe(standing);
  });

  test("entries that put something show the key alone", () => {
    const entries = [
      { index: 4, term: 3, kind: "command", text: "put users/1" },
      { index: 5, term: 3, kind: "command", text: "delete users/1" },
    ] as const;
    const texts = nodeIn(heard("n2", { raft: { entries } }), "n2")?.log.entries.map(({ text }) => text);
    expect(texts).toEqual(["users/1", "delete users/1"]);
  });
});
