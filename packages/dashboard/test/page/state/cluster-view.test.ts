import { describe, expect, test } from "vitest";
import { clusterViewOf, hasRunningTimer } from "../../../src/page/state/cluster-view.ts";
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
    expect(hasRunningTimer(heard("n2", { raft: { election, leader: undefined } }))).toBe(true);
    expect(hasRunningTimer(heard("n2", { raft: { election } }))).toBe(false);
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

  test("a leader has what its followers have from it, though it has not told yet", () => {
    const entry = (index: number, term: number) => ({ index, term, kind: "command", text: "" }) as const;
    const leader = leaderReport("n1", {}, { raft: { lastIndex: 5, entries: [entry(5, 3)], durableIndex: 5 } });
    const follows = (id: string, ...entries: ReturnType<typeof entry>[]) =>
      reportOf(id, { raft: { entries, lastIndex: entries.at(-1)?.index ?? 0 } });
    const indexes = (...others: ReturnType<typeof reportOf>[]) => {
      const cluster = [leader, ...others].reduce(
        (before, report) => afterMessage(before, { type: "node", report }, 1000),
        nothingKnown,
      );
      const log = nodeIn(cluster, "n1")?.log;
      return [log?.lastIndex, ...(log?.entries ?? []).map(({ index }) => index)];
    };
    expect(indexes(follows("n2", entry(5, 3), entry(6, 3)), follows("n3", entry(6, 3), entry(7, 3)))).toEqual([
      7, 5, 6, 7,
    ]);
    expect(indexes(follows("n2", entry(5, 2), entry(6, 2)))).toEqual([5, 5]);
    expect(indexes(follows("n2", entry(8, 3)))).toEqual([5, 5]);
  });

  test("a leader knows to be committed what others of its term know from it", () => {
    const commit = (term: number) => {
      const told = [leaderReport("n1", {}), reportOf("n2", { raft: { term, commitIndex: 9 } })];
      return told.reduce((before, report) => afterMessage(before, { type: "node", report }, 1000), nothingKnown);
    };
    expect(nodeIn(commit(3), "n1")?.commitIndex).toBe(9);
    expect(nodeIn(commit(4), "n1")?.commitIndex).toBe(5);
  });

  test("of entries that put something, the end of the key is in the cell, and all of it in the text", () => {
    const label = (text: string) => {
      const entries = [{ index: 5, term: 3, kind: "command", text }] as const;
      const [entry] = nodeIn(heard("n2", { raft: { entries } }), "n2")?.log.entries ?? [];
      return [entry?.label, entry?.text];
    };
    expect(label("put users/17")).toEqual(["…s/17", "put users/17"]);
    expect(label("put users")).toEqual(["users", "put users"]);
    expect(label("put 一二三四五六")).toEqual(["…三四五六", "put 一二三四五六"]);
    expect(label("delete users/1")).toEqual([undefined, "delete users/1"]);
  });
});
