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
import { happenedMs } from "../../../src/page/state/clocks.ts";
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
    expect(cluster.nodes).toEqual([{ id: "n3", report: undefined, heardMs: 5, lostMs: 5, isUnreadable: false }]);
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
    const told = Array.from({ length: 1250 }, (_, position) => eventOf(`e${position}`, { atMs: position }));
    const { events } = after(told.map((event) => ({ type: "event", event })));
    expect([events.length, events[0]?.id, events.at(-1)?.id]).toEqual([1000, "e1249", "e250"]);
  });

  const hourMs = 3_600_000;
  const skewed = (aheadMs: number): ClusterState => {
    const history = Array.from({ length: 200 }, (_, position) =>
      eventOf(`old${position}`, { node: "n3", atMs: 1_000_000 + position + aheadMs }),
    );
    return [
      ...history.map((event): ClusterMessage => ({ type: "event", event })),
      node(reportOf("n1", { atMs: 2_000_000 })),
      node(reportOf("n3", { atMs: 2_000_000 + aheadMs })),
    ].reduce((cluster, message) => afterMessage(cluster, message, 2_000_000), nothingKnown);
  };

  test.each([hourMs, -hourMs])("are in order although a node's clock is %d ms ahead", (aheadMs) => {
    const told = [
      eventOf("n3 leads", { node: "n3", atMs: 2_001_000 + aheadMs }),
      eventOf("n1 leads", { node: "n1", atMs: 2_002_000 }),
      eventOf("n3 misses n1", { kind: "unreachable", values: { by: "n3" }, atMs: 2_003_000 + aheadMs }),
      eventOf("n1 misses n3", { node: "n3", kind: "unreachable", values: { by: "n1" }, atMs: 2_004_000 }),
    ];
    const cluster = told.reduce(
      (before, event) => afterMessage(before, { type: "event", event }, 2_005_000),
      skewed(aheadMs),
    );
    expect(cluster.events.slice(0, 5).map(({ id }) => id)).toEqual([
      ...told.map(({ id }) => id).toReversed(),
      "old199",
    ]);
    expect(cluster.events.slice(0, 4).map((event) => happenedMs(cluster, event))).toEqual([
      2_004_000, 2_003_000, 2_002_000, 2_001_000,
    ]);
  });

  test("of clocks that agree but for a moment are told by these clocks", () => {
    const event = eventOf("a", { node: "n3", atMs: 2_000_500 });
    const cluster = afterMessage(skewed(600), { type: "event", event }, 2_001_000);
    expect(happenedMs(cluster, event)).toBe(2_000_500);
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
