import { describe, expect, test } from "vitest";
import type { Membership } from "../src/index.ts";
import { Cluster } from "./harness/cluster.ts";
import { messagesTo } from "./harness/effects.ts";
import { changeMembers } from "./harness/leading.ts";
import { isLive, passTimeouts, propose } from "./harness/liveness.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, appendEntries, requestPreVote, requestVote, voteReply } from "./harness/messages.ts";
import { configuration, entriesOf, membershipAt } from "./harness/stored.ts";

const before = configuration(["n1", "n2", "n3"]);
const after = configuration(["n1", "n4", "n5"]);

/** Knows of `after` by an entry that is neither committed nor applied. */
function appended(): LoneNode {
  const node = new LoneNode({ preVote: false, membership: before });
  node.hear("n2", appendEntries(1, [0, 0], [membershipAt(1, 1, after)]));
  return node;
}

describe("P21 the configuration that was appended last counts, applied or not", () => {
  test("a candidate asks its voters, and is elected by them alone", () => {
    const node = appended();
    const effects = node.timeOut();
    for (const id of ["n4", "n5"]) expect(messagesTo(effects, id)).toMatchObject([{ type: "request-vote", term: 2 }]);
    for (const id of ["n2", "n3"]) expect(messagesTo(effects, id)).toEqual([]);
    node.hear("n2", voteReply(2, true));
    node.hear("n3", voteReply(2, true));
    expect(node.raft.role).toBe("candidate");
    node.hear("n4", voteReply(2, true));
    expect(node.raft.role).toBe("leader");
  });

  test("a leader commits by its majority alone", () => {
    const node = appended();
    node.elect(["n4", "n5"]);
    for (const id of ["n2", "n3"]) node.hear(id, accepted(2, 2));
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n4", accepted(2, 2));
    expect(node.raft.commitIndex).toBe(2);
  });

  test("it counts for nothing any more once its entry is cut", () => {
    const node = appended();
    node.hear("n3", appendEntries(2, [0, 0], entriesOf([2])));
    node.elect(["n2", "n3"]);
    expect(node.raft.membership).toEqual(before);
    node.hear("n4", accepted(3, 2));
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n2", accepted(3, 2));
    expect(node.raft.commitIndex).toBe(2);
  });
});

describe("P25 a node that was removed, or cut off, and does not know it", () => {
  test.each([requestPreVote(9, [9, 8]), requestVote(9, [9, 8])])(
    "cannot depose a leader that works by asking it (pre: $pre)",
    (request) => {
      const node = new LoneNode({ log: [1] });
      node.elect();
      const { term } = node.raft;
      node.hear("n3", request);
      expect(node.raft.role).toBe("leader");
      expect(node.raft.term).toBe(term);
    },
  );

  const four = configuration(["n1", "n2", "n3", "n4"]);

  /** n4 is removed while it is cut off, for so long. */
  function removed(timeouts: number, options: LoneNodeOptions): Cluster {
    const cluster = new Cluster([1, 2, 3, 4].map(() => ({ membership: four, ...options })));
    cluster.pass(200);
    cluster.isolate("n4");
    cluster.give("n1", changeMembers({ remove: ["n4"] }));
    passTimeouts(cluster, timeouts);
    return cluster;
  }

  const flags = [true, false];

  const mixtures = flags.flatMap((preVote) => flags.map((checkQuorum) => ({ preVote, checkQuorum })));

  test.each(mixtures.flatMap((options) => [1, 5, 20].map((timeouts) => ({ ...options, timeouts }))))(
    "and comes back with whatever term changes nothing for the others: %o",
    ({ preVote, checkQuorum, timeouts }) => {
      const cluster = removed(timeouts, { preVote, checkQuorum });
      expect(cluster.node("n4").raft.term > 1).toBe(!preVote);
      cluster.heal();
      passTimeouts(cluster, 20);
      expect(cluster.leader).toBe("n1");
      for (const id of ["n1", "n2", "n3"]) expect(cluster.node(id).raft.term).toBe(1);
      expect(isLive(cluster, ["n1", "n2", "n3"])).toBe(true);
    },
  );

  test.each(flags)("nor do they need it, or are held up by it, when their leader dies (pre-vote: %s)", (preVote) => {
    const cluster = removed(20, { preVote });
    cluster.heal();
    cluster.crash("n1");
    passTimeouts(cluster, 20);
    expect(["n2", "n3"]).toContain(cluster.leader);
    expect(isLive(cluster, ["n2", "n3"])).toBe(true);
    expect(cluster.node("n4").raft.role).not.toBe("leader");
  });

  test("is told where it can be, and does not stand again", () => {
    const cluster = removed(1, {});
    cluster.heal();
    passTimeouts(cluster, 20);
    expect(cluster.node("n4").raft.membership.voters).toEqual(["n1", "n2", "n3"]);
    cluster.transcript();
    passTimeouts(cluster, 5);
    expect(cluster.transcript()).not.toMatch(/^n4 /m);
  });

  test("a learner whose term is later is heard once: the others step up to it, and that is all", () => {
    const membership = configuration(["n1", "n2", "n3"], { learners: ["n4"] });
    const ahead = { hardState: { term: 9, votedFor: "n4" } };
    const cluster = new Cluster([1, 2, 3, 4].map((at) => ({ membership, ...(at === 4 && ahead) })));
    passTimeouts(cluster, 4);
    for (const id of cluster.ids) expect(cluster.node(id).raft.term).toBe(10);
    expect(isLive(cluster)).toBe(true);
    passTimeouts(cluster, 10);
    expect(cluster.node("n4").raft.term).toBe(10);
  });
});

describe("P26 a voter that comes back under its id with an empty disk", () => {
  const incarnations = { n1: 11, n2: 22, n3: 33 };
  const trio: Membership = { ...configuration(["n1", "n2", "n3"]), incarnations };

  /** n1 and n3 have committed what n2 does not have; then n1 dies, and n3 is wiped and told `membership` to begin with. */
  function wiped(membership: Membership): Cluster {
    const cluster = new Cluster(
      Object.values(incarnations).map((incarnation) => ({
        membership: trio,
        hardState: { term: 0, votedFor: undefined, incarnation },
      })),
    );
    cluster.pass(250);
    cluster.isolate("n2");
    cluster.give("n1", propose("kept"));
    cluster.deliver();
    expect(cluster.node("n1").raft.commitIndex).toBe(2);
    cluster.crash("n1");
    cluster.wipe("n3", 99, membership);
    cluster.heal();
    return cluster;
  }

  test.each([
    ["nothing", configuration([])],
    ["the members, as at the first start", configuration(["n1", "n2", "n3"])],
    ["the members, and who it was", trio],
  ])("and knows %s helps nobody to the lead who lacks what it has forgotten", (_, membership) => {
    const cluster = wiped(membership);
    passTimeouts(cluster, 10);
    expect(cluster.leader).toBeUndefined();
    cluster.restart("n1");
    passTimeouts(cluster, 10);
    expect(cluster.leader).toBe("n1");
    expect(isLive(cluster, ["n1", "n2"])).toBe(true);
    expect(cluster.node("n2").disk.entryAt(2)?.kind).toBe("command");
  });

  test("is a voter again when it has been removed, added, and has caught up", () => {
    const cluster = wiped(configuration([]));
    cluster.restart("n1");
    passTimeouts(cluster, 10);
    expect(cluster.node("n3").raft.commitIndex).toBe(0);
    cluster.give("n1", changeMembers({ remove: ["n3"] }));
    passTimeouts(cluster, 2);
    cluster.give("n1", changeMembers({ add: [{ id: "n3", address: "n3.example" }] }));
    passTimeouts(cluster, 4);
    expect(cluster.node("n1").raft.membership).toMatchObject({
      voters: ["n1", "n2", "n3"],
      outgoing: [],
      incarnations: { n1: 11, n2: 22, n3: 99 },
    });
    cluster.crash("n1");
    passTimeouts(cluster, 6);
    expect(isLive(cluster, ["n2", "n3"])).toBe(true);
  });
});
