import { describe, expect, test } from "vitest";
import { decodeMembership, encodeMembership } from "../src/index.ts";
import { effectOf, effectsOf, messagesOf } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import {
  accepted,
  appendEntries,
  chunk,
  heartbeat,
  heartbeatReply,
  preVoteReply,
  rejected,
  requestPreVote,
  requestVote,
  voteReply,
} from "./harness/messages.ts";
import { commandAt, configuration, snapshotAt } from "./harness/stored.ts";

describe("W07 a made-up term", () => {
  test.each([
    ["heartbeat", heartbeat(Number.MAX_SAFE_INTEGER)],
    ["append-entries", appendEntries(2 ** 40, [0, 0], [], 0)],
    ["request-vote", requestVote(2 ** 52 + 1, [9, 9])],
  ])("in a %s is ignored and told, and leaves room for elections", (_, message) => {
    const node = new LoneNode({ log: [1] });
    const effects = node.hear("n2", message);
    expect(effectOf(effects, "suspect")).toMatchObject({ peer: "n2", reason: expect.stringContaining("far beyond") });
    expect(node.raft.term).toBe(1);
    node.elect();
    expect(node.raft.term).toBe(2);
  });

  test("a term that is only much later is believed", () => {
    const node = new LoneNode({ log: [1] });
    node.hear("n2", heartbeat(1_000_000));
    expect(node.raft.term).toBe(1_000_000);
  });

  test("2^32 terms at a time are believed, and not one more", () => {
    const node = new LoneNode({ log: [1] });
    node.hear("n2", heartbeat(2 + 2 ** 32));
    expect(node.raft.term).toBe(1);
    node.hear("n2", heartbeat(1 + 2 ** 32));
    expect(node.raft.term).toBe(1 + 2 ** 32);
  });
});

describe("W12 what somebody says who has no vote", () => {
  const five = configuration(["n1", "n2", "n3"], { learners: ["l1", "l2"] });

  test("elects nobody: neither a stranger's votes nor a learner's are counted", () => {
    const node = new LoneNode({ log: [1], membership: five });
    node.timeOut();
    for (const from of ["x", "y", "l1", "l2"]) node.hear(from, preVoteReply(2, true));
    expect(node.raft.role).toBe("pre-candidate");
    node.hear("n2", preVoteReply(2, true));
    for (const from of ["x", "y", "l1", "l2"]) node.hear(from, voteReply(2, true));
    expect(node.raft.role).toBe("candidate");
    node.hear("n2", voteReply(2, true));
    expect(node.raft.role).toBe("leader");
  });

  test("commits nothing", () => {
    const node = new LoneNode({ log: [1], membership: five });
    node.elect(["n2", "n3"]);
    const last = node.raft.lastIndex;
    for (const from of ["x", "y", "l1", "l2"]) node.hear(from, accepted(2, last));
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n2", accepted(2, last));
    expect(node.raft.commitIndex).toBe(last);
  });

  test("deposes nobody: a node that was removed, and seeks election in later terms, is heard and answered no", () => {
    const node = new LoneNode({ log: [1] });
    node.elect();
    for (const message of [requestPreVote(9, [99, 9]), requestVote(9, [99, 9]), heartbeatReply(9, 1, 0)]) {
      node.hear("removed", message);
    }
    expect([node.raft.role, node.raft.term]).toEqual(["leader", 2]);
  });
});

describe("W13 an append that no correct leader sends", () => {
  const follower = (): LoneNode => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.hear("n2", appendEntries(1, [3, 1], [], 2));
    return node;
  };

  test.each([
    ["entries that leave a gap", appendEntries(2, [3, 1], [commandAt(5, 2)])],
    ["entries whose terms fall", appendEntries(2, [3, 1], [commandAt(4, 2), commandAt(5, 1)])],
    ["an entry of a term above the message's", appendEntries(2, [3, 1], [commandAt(4, 3)])],
    ["another term for what is committed", appendEntries(2, [1, 2], [commandAt(2, 2)])],
    ["another entry in the place of one that is committed", appendEntries(2, [1, 1], [commandAt(2, 2)])],
  ])("%s: is told and changes nothing", (_, message) => {
    const node = follower();
    const effects = node.hear("n2", message);
    expect(effectOf(effects, "suspect").peer).toBe("n2");
    expect(node.terms).toEqual([1, 1, 1]);
    expect(messagesOf(effects, "append-entries-reply")).toEqual([]);
  });

  test("a commit index beyond what was sent commits no more than what was", () => {
    const node = follower();
    node.hear("n2", appendEntries(2, [3, 1], [commandAt(4, 2)], 2 ** 40));
    expect(node.raft.commitIndex).toBe(4);
  });
});

describe("W14 a second leader of one term", () => {
  test("is told of and not followed, by a follower and by the leader itself", () => {
    const node = new LoneNode({ log: [1] });
    node.hear("n2", heartbeat(2));
    const effects = node.hear("n3", appendEntries(2, [1, 1], [commandAt(2, 2)]));
    expect(effectOf(effects, "suspect")).toMatchObject({ peer: "n3", reason: "claims term 2, which n2 leads" });
    expect(node.terms).toEqual([1]);
    const leader = new LoneNode({ log: [1] });
    leader.elect();
    const heard = leader.hear("n3", appendEntries(2, [1, 1], [commandAt(2, 2)], 2));
    expect(effectOf(heard, "suspect")).toMatchObject({ peer: "n3", reason: "claims term 2, which n1 leads" });
    expect(leader.raft.role).toBe("leader");
  });
});

describe("W15 an acknowledgement that no correct follower sends", () => {
  const leader = (): LoneNode => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.elect();
    return node;
  };

  test("of what was never in the log is told, and is none", () => {
    const node = leader();
    for (const from of ["n2", "n3"]) {
      expect(effectOf(node.hear(from, accepted(2, 99)), "suspect").reason).toContain("acknowledged entry 99");
    }
    expect(node.raft.commitIndex).toBe(0);
  });

  test("of an earlier term is none", () => {
    const node = leader();
    for (const from of ["n2", "n3"]) node.hear(from, accepted(1, 3));
    expect(node.raft.commitIndex).toBe(0);
  });

  test("with a hint out of all bounds leads to a probe of what there is", () => {
    const node = leader();
    for (const [hintIndex, hintTerm] of [
      [2 ** 50, 2 ** 50],
      [0, 0],
      [2, 2 ** 40],
    ] as const) {
      node.hear("n2", rejected(2, 3, [hintIndex, hintTerm]));
      for (const { prevIndex } of messagesOf(node.pass(50), "append-entries")) expect(prevIndex).toBeLessThanOrEqual(4);
    }
    expect(node.raft.role).toBe("leader");
  });
});

describe("W16 a snapshot that no correct leader sends", () => {
  test("of what is committed here already, of another term there: is not stored", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.hear("n2", appendEntries(2, [3, 1], [], 3));
    const effects = node.hear("n2", chunk(2, snapshotAt(2, 2)));
    expect(effectsOf(effects, "receive-chunk")).toEqual([]);
    expect(node.terms).toEqual([1, 1, 1]);
  });

  test("whose configuration has no voter, or names a node without an address, is none", () => {
    const none = { ...configuration(["n2"]), voters: [] };
    expect(() => decodeMembership(encodeMembership(none))).toThrow("voters is empty");
    const nowhere = { ...configuration(["n2"]), addresses: {} };
    expect(() => decodeMembership(encodeMembership(nowhere))).toThrow("addresses has none for n2");
  });

  test("whose configuration does not name this node makes it one that is no member, and seeks no election", () => {
    const node = new LoneNode({ log: [1] });
    const snapshot = snapshotAt(9, 2, { membership: configuration(["n2", "n3"]) });
    node.hear("n2", chunk(2, snapshot));
    node.run({ type: "snapshot-received", from: "n2", snapshot });
    for (let time = 0; time < 20; time += 1) node.pass(300);
    expect([node.raft.role, node.raft.term]).toEqual(["follower", 2]);
  });
});
