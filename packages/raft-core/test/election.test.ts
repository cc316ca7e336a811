import { describe, expect, test } from "vitest";
import { effectOf, effectsOf, messageOf, messagesOf } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { appendEntries, heartbeat, preVoteReply, requestPreVote, requestVote, voteReply } from "./harness/messages.ts";
import { configuration, entriesOf } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const random = (next: number) => ({ next: () => next });

describe("the election timeout", () => {
  test.each([
    [0, 150],
    [0.5, 225],
    [0.999, 299.85],
  ])("§9.3 is drawn from the range: a draw of %d gives %d ms", (draw, deadlineMs) => {
    expect(new LoneNode({ random: random(draw) }).raft.deadlineMs).toBeCloseTo(deadlineMs);
  });

  test("does not fire early", () => {
    const node = new LoneNode();
    expect(node.pass(224)).toEqual([]);
    expect(effectOf(node.pass(1), "role").role).toBe("pre-candidate");
  });

  test("is drawn anew for every election, so that split votes end", () => {
    let draw = 0.1;
    const node = new LoneNode({ random: { next: () => (draw += 0.1) } });
    const first = node.raft.deadlineMs;
    node.timeOut();
    const second = node.raft.deadlineMs - first;
    node.timeOut();
    expect(node.raft.deadlineMs - first - second).toBeGreaterThan(second);
  });

  test("never fires on a learner, nor on a node that is no member", () => {
    for (const membership of [configuration(["n2"], { learners: ["n1"] }), configuration(["n2"])]) {
      const node = new LoneNode({ membership });
      expect(node.raft.deadlineMs).toBe(Infinity);
      expect(node.pass(10_000)).toEqual([]);
    }
  });

  test("P23 fires on a voter of the outgoing configuration, too", () => {
    const membership = configuration(["n2", "n3"], { outgoing: ["n1", "n2"] });
    const node = new LoneNode({ membership });
    expect(messagesOf(node.timeOut(), "request-vote")).toHaveLength(2);
  });
});

describe("an election", () => {
  test("votes are asked of both configurations, each node once, and of no learner", () => {
    const membership = configuration(["n1", "n2"], { outgoing: ["n1", "n2", "n3"], learners: ["n4"] });
    const sends = effectsOf(new LoneNode({ membership }).timeOut(), "send");
    expect(sends.map((send) => send.to)).toEqual(["n2", "n3"]);
  });

  test("P23 a joint election needs both majorities", () => {
    const membership = configuration(["n1", "n2", "n3"], { outgoing: ["n4", "n5", "n6"] });
    const node = new LoneNode({ membership, preVote: false });
    node.timeOut();
    for (const from of ["n2", "n3", "n4"]) node.hear(from, voteReply(1, true));
    expect(node.raft.role).toBe("candidate");
    node.hear("n5", voteReply(1, true));
    expect(node.raft.role).toBe("leader");
  });

  test("votes of learners and of strangers do not count", () => {
    const node = new LoneNode({ membership: configuration(["n1", "n2", "n3"], { learners: ["n4"] }), preVote: false });
    node.timeOut();
    for (const from of ["n4", "n9"]) node.hear(from, voteReply(1, true));
    expect(node.raft.role).toBe("candidate");
  });

  test("a vote that is repeated counts once", () => {
    const node = new LoneNode({ membership: configuration(["n1", "n2", "n3", "n4", "n5"]), preVote: false });
    node.timeOut();
    for (let each = 0; each < 4; each += 1) node.hear("n2", voteReply(1, true));
    expect(node.raft.role).toBe("candidate");
  });

  test("an election that can no longer be won is given up", () => {
    const node = new LoneNode({ preVote: false });
    node.timeOut();
    node.hear("n2", voteReply(1, false));
    expect(node.raft.role).toBe("candidate");
    node.hear("n3", voteReply(1, false));
    expect(viewOf(node.raft)).toMatchObject({ role: "follower", term: 1, leader: undefined });
  });

  test("votes of another term, or for another question, do not count", () => {
    const node = new LoneNode({ hardState: { term: 4, votedFor: undefined }, preVote: false });
    node.timeOut();
    for (const from of ["n2", "n3"]) {
      node.hear(from, voteReply(4, true));
      node.hear(from, preVoteReply(5, true));
      node.hear(from, preVoteReply(6, true));
    }
    expect(viewOf(node.raft)).toMatchObject({ role: "candidate", term: 5 });
  });

  test("the only voter elects itself, when its vote is durable", () => {
    const node = new LoneNode({ membership: configuration(["n1"]) });
    node.nowMs = node.raft.deadlineMs;
    node.step({ type: "tick" });
    expect(viewOf(node.raft)).toMatchObject({ role: "candidate", term: 1 });
    node.completeSaves();
    expect(viewOf(node.raft)).toMatchObject({ role: "leader", term: 1, leader: "n1" });
  });
});

describe("pre-vote, diss. §9.6", () => {
  test("changes neither term nor vote, of the one who asks", () => {
    const node = new LoneNode({ hardState: { term: 4, votedFor: "n3" } });
    const effects = node.timeOut();
    expect(messageOf(effects.slice(0, 2), "request-vote")).toMatchObject({ pre: true, term: 5 });
    expect(effectsOf(effects, "save")).toEqual([]);
    expect(node.raft.term).toBe(4);
  });

  test("promises nothing, and so waits for no write that is under way", () => {
    const node = new LoneNode();
    node.step({ type: "message", from: "n2", message: appendEntries(1, [0, 0], entriesOf([1])) });
    node.nowMs = node.raft.deadlineMs;
    const effects = node.step({ type: "tick" });
    expect(messagesOf(effects, "request-vote")).toHaveLength(2);
    expect(effectsOf(effects, "save")).toEqual([]);
  });

  test("changes neither term nor vote, of the one who grants it; any number may be granted", () => {
    const node = new LoneNode({ hardState: { term: 4, votedFor: "n3" } });
    for (const from of ["n2", "n3", "n5"]) {
      const effects = node.hear(from, requestPreVote(5, [0, 0]));
      expect(effects).toEqual([
        { type: "send", to: from, message: { type: "request-vote-reply", term: 5, pre: true, granted: true } },
      ]);
    }
  });

  test("won, the real election begins in the next term", () => {
    const node = new LoneNode({ hardState: { term: 4, votedFor: "n3" } });
    node.timeOut();
    const effects = node.hear("n2", preVoteReply(5, true));
    expect(effectOf(effects, "save").hardState).toEqual({ term: 5, votedFor: "n1" });
    expect(messagesOf(effects, "request-vote")).toMatchObject([
      { pre: false, term: 5 },
      { pre: false, term: 5 },
    ]);
  });

  test("a grant for an earlier question does not count", () => {
    const node = new LoneNode({ hardState: { term: 5, votedFor: undefined } });
    node.timeOut();
    for (const term of [4, 5, 7]) node.hear("n2", preVoteReply(term, true));
    expect(viewOf(node.raft)).toMatchObject({ role: "pre-candidate", term: 5 });
  });

  test("is refused by whoever holds a longer log", () => {
    const node = new LoneNode({ log: [1, 1, 2] });
    expect(messageOf(node.hear("n2", requestPreVote(3, [9, 1])), "request-vote-reply")).toMatchObject({
      granted: false,
      term: 2,
    });
  });
});

describe("stickiness, §6", () => {
  test.each([requestVote(9, [9, 9]), requestPreVote(9, [9, 9])])(
    "who hears a live leader refuses a vote and keeps its term (pre: $pre)",
    (request) => {
      const node = new LoneNode({ log: [1, 1] });
      node.hear("n2", appendEntries(1, [2, 1]));
      node.nowMs = 149;
      const reply = messageOf(node.hear("n3", request), "request-vote-reply");
      expect(reply).toMatchObject({ granted: false, term: 1 });
      expect(viewOf(node.raft)).toMatchObject({ term: 1, leader: "n2" });
    },
  );

  test("ends an election timeout after the last word from the leader", () => {
    const node = new LoneNode({ log: [1, 1] });
    node.hear("n2", heartbeat(1));
    node.nowMs = 150;
    expect(messageOf(node.hear("n3", requestVote(2, [2, 1])), "request-vote-reply").granted).toBe(true);
  });

  test("without CheckQuorum there is none: a leader that reaches nobody would stay one", () => {
    const node = new LoneNode({ log: [1, 1], checkQuorum: false });
    node.hear("n2", heartbeat(1));
    expect(messageOf(node.hear("n3", requestVote(2, [2, 1])), "request-vote-reply").granted).toBe(true);
  });
});
