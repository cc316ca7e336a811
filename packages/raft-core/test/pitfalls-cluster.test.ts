import { describe, expect, test } from "vitest";
import { Cluster } from "./harness/cluster.ts";
import type { LoneNodeOptions } from "./harness/lone-node.ts";
import { bytesOf, configuration, entriesOf, membershipAt } from "./harness/stored.ts";

const propose = (text: string) => ({ type: "propose", id: 1, commands: [bytesOf(text)] }) as const;
const trio = (options: LoneNodeOptions = {}): Cluster => new Cluster([options, options, options]);

/** Whether somebody leads who can commit a new entry on a majority. */
function isLive(cluster: Cluster, ids: readonly string[] = cluster.ids): boolean {
  const { leader } = cluster;
  if (leader === undefined) return false;
  cluster.give(leader, propose("live?"));
  const index = cluster.node(leader).raft.lastIndex;
  cluster.deliver();
  cluster.pass(100);
  return ids.every((id) => cluster.node(id).raft.commitIndex >= index);
}

/** Lets `timeouts` election timeouts pass. */
const passTimeouts = (cluster: Cluster, timeouts: number): void => cluster.pass(300 * timeouts);

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

describe("P23 a cluster in a joint configuration", () => {
  const joint = configuration(["n1", "n2", "n3"], { outgoing: ["n1", "n4", "n5"] });
  const five = (): Cluster =>
    new Cluster(Array.from({ length: 5 }, () => ({ log: [membershipAt(1, 1, joint), ...entriesOf([1], 2)] })));

  test("elects and commits with a majority of each half", () => {
    const cluster = five();
    for (const id of ["n3", "n5"]) cluster.crash(id);
    passTimeouts(cluster, 4);
    expect(isLive(cluster, ["n1", "n2", "n4"])).toBe(true);
  });

  test("does neither without one of them", () => {
    const cluster = five();
    for (const id of ["n4", "n5"]) cluster.crash(id);
    passTimeouts(cluster, 8);
    expect(cluster.leader).toBeUndefined();
    expect(cluster.node("n1").raft.term).toBe(1);
  });

  test("loses its leader at any time, and finds another", () => {
    const cluster = five();
    passTimeouts(cluster, 4);
    expect(cluster.leader).toBe("n1");
    cluster.crash("n1");
    passTimeouts(cluster, 6);
    expect(isLive(cluster, ["n2", "n3", "n4", "n5"])).toBe(true);
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
