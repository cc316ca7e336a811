import { describe, expect, test } from "vitest";
import {
  type ClusterState,
  afterMessage,
  allLost,
  bestInformed,
  lagOf,
  leaderOf,
  lost,
  nothingKnown,
} from "../../../src/page/state/cluster.ts";
import type { ClusterMessage, NodeReport } from "../../../src/report/index.ts";
import { eventOf, leaderReport, reportOf } from "../support/reports.ts";

const node = (report: NodeReport): ClusterMessage => ({ type: "node", report });
const after = (messages: readonly ClusterMessage[], nowMs = 0): ClusterState =>
  messages.reduce((cluster, message) => afterMessage(cluster, message, nowMs), nothingKnown);
const ids = ({ nodes }: ClusterState): readonly string[] => nodes.map(({ id }) => id);

describe("what is known of a cluster", () => {
  test("has every member, heard or not, in the order of their numbers", () => {
    const voters = ["n10", "n2", "n1"];
    const report = reportOf("n2");
    const cluster = after([
      node({ ...report, raft: { ...report.raft, membership: { ...report.raft.membership, voters } } }),
    ]);
    expect(ids(cluster)).toEqual(["n1", "n2", "n10"]);
    expect(cluster.nodes.map(({ report: heard }) => heard?.id)).toEqual([undefined, "n2", undefined]);
  });

  test("a node is lost from the moment that somebody says so, until it is heard again", () => {
    let cluster = after([node(reportOf("n1")), node(reportOf("n2"))]);
    cluster = afterMessage(cluster, { type: "unreachable", id: "n2", since: 0, reason: "gone" }, 700);
    expect(cluster.nodes[1]?.lostMs).toBe(700);
    cluster = lost(cluster, "n2", 900);
    expect(cluster.nodes[1]?.lostMs).toBe(700);
    cluster = afterMessage(cluster, node(reportOf("n2")), 1000);
    expect(cluster.nodes[1]).toMatchObject({ lostMs: undefined, heardMs: 1000 });
  });

  test("one that was never heard can be lost, too", () => {
    const cluster = afterMessage(nothingKnown, { type: "unreachable", id: "n3", since: 0, reason: "gone" }, 5);
    expect(cluster.nodes).toEqual([{ id: "n3", report: undefined, heardMs: 5, lostMs: 5 }]);
  });

  test("the leader is that of the latest term among those that are reached", () => {
    const old = leaderReport("n1", {}, { raft: { term: 3 } });
    const present = leaderReport("n2", {}, { raft: { term: 4 } });
    const cluster = after([node(old), node(present)]);
    expect(leaderOf(cluster)?.id).toBe("n2");
    expect(leaderOf(lost(cluster, "n2", 1))?.id).toBe("n1");
    expect(leaderOf(allLost(cluster, 1))).toBeUndefined();
  });

  test("the membership is taken from who knows most, but not from who has forgotten everything", () => {
    const behind = reportOf("n1", { raft: { term: 3, commitIndex: 4 } });
    const ahead = reportOf("n2", { raft: { term: 3, commitIndex: 9 } });
    const forgotten = reportOf("n3", { raft: { term: 9, commitIndex: 99, isForgotten: true } });
    const cluster = after([node(behind), node(ahead), node(forgotten)]);
    expect(bestInformed(cluster)?.id).toBe("n2");
    expect(bestInformed(lost(cluster, "n2", 1))?.id).toBe("n1");
    expect(bestInformed(allLost(cluster, 1))?.id).toBe("n2");
  });

  test("who was removed goes when it falls silent, or as soon as it is lost", () => {
    const three = reportOf("n3");
    const without = (id: string): NodeReport => {
      const report = leaderReport(id, {}, { raft: { term: 5, commitIndex: 50 } });
      return { ...report, raft: { ...report.raft, membership: { ...report.raft.membership, voters: ["n1", "n2"] } } };
    };
    const cluster = after([node(three), node(without("n1"))], 1000);
    expect(ids(cluster)).toEqual(["n1", "n2", "n3"]);
    expect(ids(afterMessage(cluster, node(without("n1")), 3900))).toEqual(["n1", "n2", "n3"]);
    expect(ids(afterMessage(cluster, node(without("n1")), 4100))).toEqual(["n1", "n2"]);
    expect(ids(afterMessage(lost(cluster, "n3", 1100), node(without("n1")), 1200))).toEqual(["n1", "n2"]);
  });
});

describe("events", () => {
  test("are there once, whoever tells of them, the latest first", () => {
    const told = [
      eventOf("a", { atMs: 1 }),
      eventOf("b", { atMs: 9 }),
      eventOf("a", { atMs: 1 }),
      eventOf("c", { atMs: 5 }),
    ];
    const { events } = after(told.map((event) => ({ type: "event", event })));
    expect(events.map(({ id }) => id)).toEqual(["b", "c", "a"]);
  });

  test("are kept up to a number", () => {
    const told = Array.from({ length: 250 }, (_, position) => eventOf(`e${position}`, { atMs: position }));
    const { events } = after(told.map((event) => ({ type: "event", event })));
    expect([events.length, events[0]?.id, events.at(-1)?.id]).toEqual([200, "e249", "e50"]);
  });
});

describe("a follower's lag", () => {
  const leader = leaderReport("n1", { n2: 3, n3: 0 }, { raft: { lastIndex: 8 } });

  test("is what it has not confirmed", () => {
    expect(lagOf(leader, "n2")).toBe(5);
    expect(lagOf(leader, "n3")).toBe(8);
  });

  test("is not known of others, and not before a new leader has heard the follower", () => {
    expect(lagOf(leader, "n1")).toBeUndefined();
    const followers = leader.raft.followers.map((follower) => ({ ...follower, state: "probe" as const }));
    const fresh = { ...leader, raft: { ...leader.raft, followers } };
    expect([lagOf(fresh, "n2"), lagOf(fresh, "n3")]).toEqual([5, undefined]);
  });
});
