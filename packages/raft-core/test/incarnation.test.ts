import { describe, expect, test } from "vitest";
import type { HardState, Membership, Message } from "../src/index.ts";
import { effectOf, effectsOf, messageOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { beat, changeMembers } from "./harness/leading.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeatReply, requestVote, voteReply } from "./harness/messages.ts";
import { configuration, entriesOf, membershipAt, trio } from "./harness/stored.ts";

const known: Membership = { ...trio, incarnations: { n1: 11, n2: 22, n3: 33 } };
const stored = (incarnation = 11): HardState => ({ term: 1, votedFor: undefined, incarnation });

/** A node whose configuration names who everybody is. */
const node = (options: LoneNodeOptions = {}): LoneNode =>
  new LoneNode({ membership: known, log: [1], hardState: stored(), ...options });

const by = <T extends Message>(message: T, incarnation: number): T => ({ ...message, incarnation });

describe("P26 a node that has lost its disk, and says so by another incarnation,", () => {
  test("gives a candidate no vote that counts", () => {
    const candidate = node({ preVote: false });
    candidate.timeOut();
    for (const id of ["n2", "n3"]) candidate.hear(id, by(voteReply(2, true), 99));
    expect(candidate.raft.role).toBe("candidate");
    candidate.hear("n3", by(voteReply(2, true), 33));
    expect(candidate.raft.role).toBe("leader");
  });

  test("gets no vote, nor a pre-vote", () => {
    for (const pre of [false, true]) {
      const request = { ...requestVote(2, [1, 1]), pre };
      expect(messagesOf(node().hear("n3", by(request, 99)), "request-vote-reply")).toEqual([]);
      expect(messageOf(node().hear("n3", by(request, 33)), "request-vote-reply").granted).toBe(true);
    }
  });

  test("P22 gets a vote where its log is ahead of the voter's: it may have been added anew there", () => {
    for (const pre of [false, true]) {
      for (const last of [
        [2, 1],
        [1, 2],
      ] as const) {
        const request = { ...requestVote(3, last), pre };
        expect(messageOf(node().hear("n3", by(request, 99)), "request-vote-reply").granted).toBe(true);
      }
    }
  });

  test("acknowledges nothing, confirms no read, and is not there", () => {
    const leader = node();
    leader.elect();
    expect(leader.raft.lastIndex).toBe(2);
    leader.hear("n2", by(accepted(2, 2), 99));
    expect(leader.raft.commitIndex).toBe(0);
    leader.hear("n3", by(accepted(2, 2), 33));
    expect(leader.raft.commitIndex).toBe(2);
    const { round } = messagesOf(leader.run({ type: "read", id: 5 }), "heartbeat")[0] ?? { round: 0 };
    expect(effectsOf(leader.hear("n2", by(heartbeatReply(2, round, 2), 99)), "read-ready")).toEqual([]);
    const electedMs = leader.nowMs;
    while (leader.raft.role === "leader") beat(leader, ["n2", "n3"], { incarnation: 99 });
    expect(leader.nowMs - electedMs).toBeLessThan(500);
  });

  test("is told who it is taken for, and its operator what to do", () => {
    const effects = node().hear("n3", by(requestVote(2, [1, 1]), 99));
    expect(messagesTo(effects, "n3")).toEqual([{ type: "disowned", term: 1, incarnation: 33 }]);
    expect(effectOf(effects, "suspect")).toEqual({
      type: "suspect",
      peer: "n3",
      reason: "has lost what it had stored and is not counted: remove n3 from the cluster, then add it again",
    });
  });

  test("whether a leader has it from the configuration, or has heard it in its own term", () => {
    const leader = node({ membership: trio });
    leader.elect();
    leader.hear("n2", by(heartbeatReply(2, 0, 0), 22));
    leader.hear("n2", by(accepted(2, 2), 99));
    expect(leader.raft.commitIndex).toBe(0);
    leader.hear("n2", by(accepted(2, 2), 22));
    expect(leader.raft.commitIndex).toBe(2);
  });

  test("nodes that were started without one are taken at their word", () => {
    const leader = node();
    leader.elect();
    leader.hear("n2", accepted(2, 2));
    expect(leader.raft.commitIndex).toBe(2);
  });

  test("an acknowledgement that falls back is no reason to stop", () => {
    const leader = new LoneNode({ log: [1, 1] });
    leader.elect();
    leader.hear("n2", accepted(2, 3));
    beat(leader, []);
    leader.hear("n2", heartbeatReply(2, 1, 0));
    leader.hear("n2", { ...accepted(2, 0), accepted: false, prevIndex: 3 });
    expect(leader.raft.followers()[0]).toMatchObject({ matchIndex: 3, nextIndex: 4 });
    expect(leader.raft).toMatchObject({ role: "leader", commitIndex: 3 });
  });
});

describe("a node that is told that it is not the one its peers know", () => {
  const disowned = { type: "disowned", term: 1, incarnation: 33 } as const;
  /** n3, whose disk was lost, and that was begun with the members it was begun with before. */
  const wiped = (options: LoneNodeOptions = {}): LoneNode =>
    node({ id: "n3", log: [], membership: trio, hardState: { ...stored(99), term: 0 }, ...options });

  test("says so once, does not vote, and does not stand", () => {
    const n3 = wiped();
    expect(n3.hear("n1", disowned)).toContainEqual({ type: "disowned", by: "n1" });
    expect(effectsOf(n3.hear("n2", disowned), "disowned")).toEqual([]);
    expect(n3.raft.isForgotten).toBe(true);
    expect(messageOf(n3.hear("n2", requestVote(1, [9, 1])), "request-vote-reply").granted).toBe(false);
    expect(n3.raft.deadlineMs).toBe(Infinity);
  });

  test("in the middle of an election, gives it up", () => {
    const n3 = wiped();
    n3.timeOut();
    expect(n3.raft.role).toBe("pre-candidate");
    n3.hear("n1", disowned);
    expect(n3.raft).toMatchObject({ role: "follower", leader: undefined });
  });

  test("finds out by itself where its own configuration means another", () => {
    const n3 = wiped({ membership: known });
    expect(n3.raft.isForgotten).toBe(true);
    expect(n3.raft.deadlineMs).toBe(Infinity);
  });

  test("is whole again when a configuration means it, whatever the others have not heard of yet", () => {
    const n3 = wiped();
    n3.hear("n1", disowned);
    const anew: Membership = { ...trio, incarnations: { n1: 11, n2: 22, n3: 99 } };
    n3.hear("n1", appendEntries(1, [0, 0], [membershipAt(1, 1, anew)]));
    expect(n3.raft.isForgotten).toBe(false);
    n3.hear("n2", disowned);
    expect(n3.raft.isForgotten).toBe(false);
    n3.nowMs = 1000;
    expect(messageOf(n3.hear("n2", requestVote(2, [9, 1])), "request-vote-reply").granted).toBe(true);
  });

  test("is not moved by what means itself, nor one that was started without an incarnation", () => {
    const n3 = wiped();
    expect(n3.hear("n1", { ...disowned, incarnation: 99 })).toEqual([]);
    const old = new LoneNode();
    expect(old.hear("n2", disowned)).toEqual([]);
    expect([n3.raft.isForgotten, old.raft.isForgotten]).toEqual([false, false]);
  });

  test("keeps its incarnation over a restart, and with every vote", () => {
    const n1 = node();
    n1.hear("n3", by(requestVote(2, [9, 1]), 33));
    n1.restart();
    expect(n1.raft.incarnation).toBe(11);
    expect(n1.disk.hardState).toEqual({ term: 2, votedFor: "n3", incarnation: 11 });
  });
});

describe("a leader records who is who", () => {
  const incarnations = ({ raft }: LoneNode) => raft.membership.incarnations;

  test("as it hears of them, in entries of their own, one after the other", () => {
    const leader = node({ membership: trio });
    leader.elect();
    expect(incarnations(leader)).toBeUndefined();
    leader.hear("n2", by(accepted(2, 2), 22));
    expect(incarnations(leader)).toEqual({ n1: 11, n2: 22 });
    expect(leader.raft.lastIndex).toBe(3);
    leader.hear("n3", by(accepted(2, 2), 33));
    expect(leader.raft.lastIndex).toBe(3);
    leader.hear("n2", by(accepted(2, 3), 22));
    expect(incarnations(leader)).toEqual({ n1: 11, n2: 22, n3: 33 });
    leader.hear("n2", by(accepted(2, 4), 22));
    expect(leader.raft).toMatchObject({ lastIndex: 4, commitIndex: 4 });
  });

  test("and that stands in no change's way", () => {
    const leader = node({ membership: trio });
    leader.elect();
    leader.hear("n2", by(accepted(2, 2), 22));
    expect(leader.raft.commitIndex).toBe(2);
    expect(effectsOf(leader.run(changeMembers({ remove: ["n3"] })), "members-refused")).toEqual([]);
    expect(leader.raft.membership).toMatchObject({ voters: ["n1", "n2"], incarnations: { n1: 11, n2: 22 } });
  });

  test("of a new voter at the latest with the configuration that makes it one", () => {
    const leader = node();
    leader.elect();
    leader.hear("n2", by(accepted(2, 2), 22));
    leader.run(changeMembers({ add: [{ id: "n4", address: "" }] }));
    leader.hear("n2", by(accepted(2, 3), 22));
    const { round } = messagesOf(beat(leader, ["n2"]), "heartbeat")[0] ?? { round: 0 };
    leader.hear("n4", by(heartbeatReply(2, round, 0), 44));
    leader.hear("n4", by(accepted(2, 3), 44));
    expect(leader.raft.membership).toMatchObject({
      voters: ["n1", "n2", "n3", "n4"],
      outgoing: ["n1", "n2", "n3"],
      incarnations: { n1: 11, n2: 22, n3: 33, n4: 44 },
    });
  });
});

describe("P28 a node that was removed, wiped, and added again under the same leader", () => {
  /** n3 is a learner now. Its earlier self, 33, had acknowledged everything. */
  function readded(): LoneNode {
    const leader = node();
    leader.elect();
    for (const [id, incarnation] of Object.entries({ n2: 22, n3: 33 }))
      leader.hear(id, by(accepted(2, 2), incarnation));
    leader.run(changeMembers({ remove: ["n3"] }));
    for (const index of [3, 4]) leader.hear("n2", by(accepted(2, index), 22));
    leader.run(changeMembers({ add: [{ id: "n3", address: "" }] }));
    leader.hear("n2", by(accepted(2, 5), 22));
    return leader;
  }
  const matchIndex = ({ raft }: LoneNode) => raft.followers().find(({ id }) => id === "n3")?.matchIndex;

  test("is not credited with what its earlier self acknowledged, however late that arrives", () => {
    const leader = readded();
    for (const index of [2, 5]) leader.hear("n3", by(accepted(2, index), 33));
    leader.hear("n3", by(heartbeatReply(2, 0, 2), 33));
    expect(matchIndex(leader)).toBe(0);
    expect(leader.raft.membership.voters).toEqual(["n1", "n2"]);
  });

  test("counts from its first answer to a round that began after it was added", () => {
    const leader = readded();
    leader.hear("n3", by(accepted(2, 5), 99));
    expect(matchIndex(leader)).toBe(0);
    const { round } = messagesOf(beat(leader, ["n2"]), "heartbeat")[0] ?? { round: 0 };
    leader.hear("n3", by(heartbeatReply(2, round, 0), 99));
    leader.hear("n3", by(accepted(2, 5), 99));
    expect(matchIndex(leader)).toBe(5);
    expect(leader.raft.membership.incarnations).toEqual({ n1: 11, n2: 22, n3: 99 });
    // From now on its earlier self is a stranger.
    expect(effectsOf(leader.hear("n3", by(accepted(2, 6), 33)), "suspect")).toHaveLength(1);
  });

  test("a new leader takes it as it finds it, and answers of an earlier term are none", () => {
    const leader = new LoneNode({
      membership: configuration(["n1", "n2"], { learners: ["n3"] }),
      log: entriesOf([1]),
      hardState: stored(),
    });
    leader.elect(["n2"]);
    leader.hear("n3", by(accepted(1, 1), 33));
    expect(matchIndex(leader)).toBe(0);
    leader.hear("n3", by(accepted(2, 2), 99));
    expect(matchIndex(leader)).toBe(2);
  });
});
