import { describe, expect, test } from "vitest";
import { Cluster } from "./harness/cluster.ts";
import { isLive, passTimeouts, propose } from "./harness/liveness.ts";
import type { LoneNodeOptions } from "./harness/lone-node.ts";

const trio = (options: LoneNodeOptions = {}): Cluster => new Cluster([options, options, options]);

describe("P13 P14 nodes stranded in other terms", () => {
  test("P13 one at term 1, two at term 5; the leader dies: the two that are left elect one", () => {
    const ahead = { log: [1, 5], hardState: { term: 5, votedFor: "n1" } };
    const cluster = new Cluster([ahead, ahead, { log: [1] }]);
    cluster.isolate("n3");
    cluster.pass(200);
    cluster.heal();
    cluster.crash("n1");
    passTimeouts(cluster, 4);
    expect(isLive(cluster, ["n2", "n3"])).toBe(true);
  });

  const flags = [true, false];
  const mixtures = flags.flatMap((a) => flags.flatMap((b) => flags.map((c) => [a, b, c] as const)));

  test.each(mixtures)(
    "P14 pre-vote on n1 %s, n2 %s, n3 %s: n3 in term 9 with a short log joins again",
    (...mixture) => {
      const stored: readonly LoneNodeOptions[] = [
        { log: [1, 2, 2] },
        { log: [1, 2, 2] },
        { log: [1], hardState: { term: 9, votedFor: "n3" } },
      ];
      const cluster = new Cluster(stored.map((options, at) => ({ ...options, preVote: mixture[at] ?? true })));
      passTimeouts(cluster, 6);
      expect(cluster.leader).not.toBe("n3");
      expect(isLive(cluster)).toBe(true);
    },
  );

  test.each(mixtures)("P14 pre-vote on n1 %s, n2 %s, n3 %s: a leader of a lower term steps up to it", (...mixture) => {
    const cluster = new Cluster(mixture.map((preVote) => ({ preVote })));
    cluster.isolate("n3");
    passTimeouts(cluster, 8);
    cluster.heal();
    passTimeouts(cluster, 4);
    expect(isLive(cluster)).toBe(true);
    expect(new Set(cluster.ids.map((id) => cluster.node(id).raft.term)).size).toBe(1);
  });
});

describe("P15 PreVote and CheckQuorum under partial connectivity", () => {
  test("a node that is cut off from the leader alone does not depose it", () => {
    const cluster = trio();
    cluster.pass(200);
    cluster.cut("n1", "n3");
    passTimeouts(cluster, 20);
    expect(cluster.leader).toBe("n1");
    expect(cluster.node("n1").raft.term).toBe(1);
    expect(isLive(cluster, ["n1", "n2"])).toBe(true);
  });

  test("a leader that can send but not hear steps down, and another one is elected", () => {
    const cluster = trio();
    cluster.pass(200);
    cluster.cut("n2", "n1", "one-way");
    cluster.cut("n3", "n1", "one-way");
    passTimeouts(cluster, 10);
    expect(cluster.node("n1").raft.role).not.toBe("leader");
    expect(isLive(cluster, ["n2", "n3"])).toBe(true);
  });

  test("a node that comes back after long isolation changes nothing", () => {
    const cluster = trio();
    cluster.pass(200);
    cluster.isolate("n3");
    passTimeouts(cluster, 20);
    cluster.heal();
    passTimeouts(cluster, 3);
    expect(cluster.leader).toBe("n1");
    expect(cluster.node("n3").raft.term).toBe(1);
  });

  const links = ["n1", "n2", "n3"].flatMap((a) =>
    ["n1", "n2", "n3"].filter((b) => a !== b).map((b) => [a, b] as const),
  );

  test("whatever one-way links are cut, a pair that hears one another goes on; healed, so do all", () => {
    for (let subset = 0; subset < 64; subset += 1) {
      const cut = links.filter((_, at) => (subset & (1 << at)) !== 0);
      const isCut = (a: string, b: string): boolean => cut.some(([from, to]) => from === a && to === b);
      const pairs = links.filter(([a, b]) => a < b && !isCut(a, b) && !isCut(b, a));
      const cluster = trio();
      cluster.pass(200);
      for (const [a, b] of cut) cluster.cut(a, b, "one-way");
      passTimeouts(cluster, 12);
      const live = isLive(cluster, []) && pairs.some((pair) => isLive(cluster, pair));
      expect(live, cut.map(([a, b]) => `${a}>${b}`).join(" ")).toBe(pairs.length > 0);
      cluster.heal();
      passTimeouts(cluster, 12);
      expect(isLive(cluster), `healed after ${cut.join(" ")}`).toBe(true);
    }
  });
});

describe("P48 a whole window lost", () => {
  test("replication goes on after the links are back, without a walk over every entry", () => {
    const cluster = trio({ inflightMessagesMax: 8, appendBytesMax: 1 });
    cluster.pass(200);
    cluster.cut("n1", "n3");
    for (let each = 0; each < 40; each += 1) {
      cluster.give("n1", propose(`${each}`));
      cluster.deliver();
    }
    cluster.heal();
    cluster.transcript();
    cluster.pass(250);
    expect(cluster.node("n3").raft.lastIndex).toBe(41);
    const rejections = cluster.transcript().match(/^ {2}send n1 append-entries-reply .* rejected/gm) ?? [];
    expect(rejections.length).toBeLessThanOrEqual(2);
  });

  test("answers lost: the follower has it all, and the leader learns so", () => {
    const cluster = trio();
    cluster.pass(200);
    cluster.cut("n2", "n1", "one-way");
    cluster.cut("n3", "n1", "one-way");
    cluster.give("n1", propose("x"));
    cluster.deliver();
    expect(cluster.node("n1").raft.commitIndex).toBe(1);
    cluster.heal();
    cluster.pass(200);
    expect(cluster.node("n1").raft.commitIndex).toBe(2);
  });

  test("an idle cluster stays quiet: heartbeats, and nothing else", () => {
    const cluster = trio();
    cluster.pass(400);
    cluster.transcript();
    cluster.pass(500);
    const sent = cluster.transcript().match(/^ {2}send .*/gm) ?? [];
    expect(sent.every((line) => /heartbeat/.test(line))).toBe(true);
    expect(sent).toHaveLength(40);
  });
});
