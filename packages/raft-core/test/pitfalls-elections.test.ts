import { describe, expect, test } from "vitest";
import type { Effect, Message } from "../src/index.ts";
import { aroundSave, effectOf, effectsOf, messageOf, messagesTo } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import {
  appendEntries,
  chunk,
  heartbeat,
  preVoteReply,
  requestPreVote,
  requestVote,
  voteReply,
} from "./harness/messages.ts";
import { configuration, entriesOf, snapshotAt } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const noPreVote = { preVote: false } as const;
const from = (sender: string, message: Message) => ({ type: "message", from: sender, message }) as const;

describe("P10 nothing that promises goes out before what it promises is durable", () => {
  test.each<[string, Message]>([
    ["a vote", requestVote(2, [9, 1])],
    ["a refusal in a term just learned", requestVote(2, [0, 0])],
    ["entries", appendEntries(2, [1, 1], entriesOf([2, 2], 2))],
    ["a term just learned, told to its leader", heartbeat(2)],
    ["a rejection in a term just learned", appendEntries(2, [5, 2])],
  ])("%s", (_, message) => {
    const node = new LoneNode({ log: [1] });
    const { before, save, after } = aroundSave(node.step(from("n2", message)));
    expect(effectsOf(before, "send")).toEqual([]);
    expect(effectsOf(after, "send")).toHaveLength(1);
    expect(save.hardState?.term).toBe(2);
  });

  test("term and vote are one write", () => {
    const node = new LoneNode({ log: [1] });
    const { save } = aroundSave(node.step(from("n2", requestVote(2, [9, 1]))));
    expect(save.hardState).toEqual({ term: 2, votedFor: "n2" });
  });

  test("a candidate asks for votes only when its own is durable, and counts it only then", () => {
    const node = new LoneNode({ ...noPreVote, membership: configuration(["n1"]) });
    node.nowMs = node.raft.deadlineMs;
    node.step({ type: "tick" });
    expect(node.raft.role).toBe("candidate");
    const three = new LoneNode(noPreVote);
    three.nowMs = three.raft.deadlineMs;
    const { before, after } = aroundSave(three.step({ type: "tick" }));
    expect(effectsOf(before, "send")).toEqual([]);
    expect(effectsOf(after, "send")).toHaveLength(2);
  });

  test.each<[string, Message]>([
    ["a request for a vote", requestVote(2, [9, 1])],
    ["entries", appendEntries(2, [1, 1], entriesOf([2], 2))],
    ["a heartbeat", heartbeat(2)],
  ])("%s, repeated while the write is under way, waits for a barrier", (_, message) => {
    const node = new LoneNode({ log: [1] });
    node.step(from("n2", message));
    const { before, save, after } = aroundSave(node.step(from("n2", message)));
    expect(save).toMatchObject({ hardState: undefined, entries: [] });
    expect(effectsOf(before, "send")).toEqual([]);
    expect(effectsOf(after, "send")).toHaveLength(1);
  });

  test("when nothing is under way a repeated answer needs no write", () => {
    const node = new LoneNode({ log: [1] });
    const message = appendEntries(2, [1, 1], entriesOf([2], 2));
    node.hear("n2", message);
    expect(node.step(from("n2", message)).map((effect) => effect.type)).toEqual(["send"]);
  });

  test("a vote that was lost in a crash was promised to nobody", () => {
    const node = new LoneNode({ log: [1] });
    const { after } = aroundSave(node.step(from("n2", requestVote(2, [9, 1]))));
    expect(messagesTo(after, "n2")).toEqual([voteReply(2, true)]);
    node.restart();
    expect(messageOf(node.hear("n3", requestVote(2, [9, 1])), "request-vote-reply").granted).toBe(true);
  });
});

describe("P11 the vote stays while the term does", () => {
  const votesFor = (node: LoneNode, id: string): boolean =>
    messageOf(node.hear(id, requestVote(node.raft.term, [99, node.raft.term])), "request-vote-reply").granted;

  test("when a candidate follows a leader of its term", () => {
    const node = new LoneNode(noPreVote);
    node.timeOut();
    node.hear("n2", heartbeat(1));
    node.nowMs += 1000;
    expect(votesFor(node, "n3")).toBe(false);
    node.restart();
    expect(votesFor(node, "n3")).toBe(false);
  });

  test("when a candidate loses", () => {
    const node = new LoneNode(noPreVote);
    node.timeOut();
    for (const id of ["n2", "n3"]) node.hear(id, voteReply(1, false));
    expect(node.raft.role).toBe("follower");
    expect(votesFor(node, "n3")).toBe(false);
  });

  test("when a leader steps down, CheckQuorum", () => {
    const node = new LoneNode();
    node.elect();
    node.nowMs += 1000;
    node.run({ type: "tick" });
    expect(viewOf(node.raft)).toMatchObject({ role: "follower", term: 1 });
    expect(votesFor(node, "n3")).toBe(false);
  });

  test("when a pre-vote begins, is lost, or is given to another", () => {
    const node = new LoneNode({ hardState: { term: 4, votedFor: "n2" } });
    node.timeOut();
    expect(votesFor(node, "n3")).toBe(false);
    for (const id of ["n2", "n3"]) node.hear(id, preVoteReply(4, false));
    expect(votesFor(node, "n3")).toBe(false);
    node.hear("n3", requestPreVote(5, [99, 4]));
    expect(votesFor(node, "n3")).toBe(false);
    expect(votesFor(node, "n2")).toBe(true);
  });

  test("pre-votes are no votes", () => {
    const node = new LoneNode({ hardState: { term: 4, votedFor: undefined } });
    node.timeOut();
    node.hear("n2", preVoteReply(5, true));
    expect(viewOf(node.raft)).toMatchObject({ role: "candidate", term: 5 });
    node.hear("n3", preVoteReply(5, true));
    node.hear("n3", preVoteReply(6, true));
    expect(node.raft.role).toBe("candidate");
  });

  test("who follows a leader of this term has no vote left for another, though it gave none", () => {
    const node = new LoneNode({ checkQuorum: false });
    node.hear("n2", heartbeat(1));
    expect(votesFor(node, "n3")).toBe(false);
  });
});

describe("P12 a term is durable before an entry of it", () => {
  /** Every write that a node makes on its way, in order. */
  function termsOf(effects: readonly Effect[]): readonly { term: number | undefined; entries: readonly number[] }[] {
    return effectsOf(effects, "save").map((save) => ({
      term: save.hardState?.term,
      entries: save.entries.map((entry) => entry.term),
    }));
  }

  test("a follower writes both at once", () => {
    const node = new LoneNode({ log: [1] });
    const effects = node.step(from("n2", appendEntries(5, [1, 1], entriesOf([5], 2))));
    expect(termsOf(effects)).toEqual([{ term: 5, entries: [5] }]);
  });

  test("a leader's term is durable before it leads", () => {
    const node = new LoneNode({ log: [1] });
    expect(termsOf(node.elect())).toEqual([
      { term: 2, entries: [] },
      { term: undefined, entries: [2] },
    ]);
  });

  test("the only voter becomes leader by the completion of its vote, not before", () => {
    const node = new LoneNode({ membership: configuration(["n1"]) });
    node.nowMs = node.raft.deadlineMs;
    expect(termsOf(node.step({ type: "tick" }))).toEqual([{ term: 1, entries: [] }]);
    expect(termsOf(node.completeSaves())).toEqual([{ term: undefined, entries: [1] }]);
  });
});

describe("P13 pre-votes across terms", () => {
  test("a request of a lower term is answered, with the voter's own", () => {
    const node = new LoneNode({ log: [1], hardState: { term: 5, votedFor: "n3" } });
    expect(messagesTo(node.hear("n2", requestPreVote(2, [1, 1])), "n2")).toEqual([preVoteReply(5, false)]);
  });

  test("so that a laggard learns the term, and asks for the next one", () => {
    const node = new LoneNode({ log: [1] });
    node.timeOut();
    node.hear("n2", preVoteReply(5, false));
    expect(viewOf(node.raft)).toMatchObject({ role: "follower", term: 5 });
    expect(messageOf(node.timeOut().slice(0, 2), "request-vote")).toMatchObject({ pre: true, term: 6 });
  });

  test("a node in a lower term grants one in a term far ahead, and keeps its own", () => {
    const node = new LoneNode({ log: [1] });
    expect(messagesTo(node.hear("n2", requestPreVote(6, [1, 1])), "n2")).toEqual([preVoteReply(6, true)]);
    expect(node.raft.term).toBe(1);
  });
});

describe("P16 what restarts the election timer", () => {
  const reject = appendEntries(1, [9, 1]);

  test.each<[string, Message, boolean]>([
    ["entries of the leader", appendEntries(1, [1, 1]), true],
    ["entries of the leader, rejected", reject, true],
    ["a heartbeat", heartbeat(1), true],
    ["a chunk of a snapshot", chunk(1, snapshotAt(9, 1)), true],
    ["a vote granted", requestVote(2, [9, 1]), true],
    ["a vote refused, though the term rose", requestVote(2, [0, 0]), false],
    ["a vote refused in an earlier term", requestVote(0, [9, 1]), false],
    ["a pre-vote granted", requestPreVote(2, [9, 1]), false],
    ["a pre-vote refused", requestPreVote(2, [0, 0]), false],
    ["entries of an earlier term", appendEntries(0, [1, 1]), false],
    ["a heartbeat of an earlier term", heartbeat(0), false],
    ["an answer in a later term", voteReply(7, false), false],
  ])("%s: %s", (_, message, restarts) => {
    const node = new LoneNode({ log: [1] });
    node.nowMs = 200;
    node.hear("n2", message);
    expect(node.raft.deadlineMs).toBe(restarts ? 425 : 225);
  });

  test("entries of one who cannot be the leader do not", () => {
    const node = new LoneNode({ log: [1] });
    node.hear("n2", heartbeat(1));
    node.nowMs = 200;
    node.hear("n3", heartbeat(1));
    expect(node.raft.deadlineMs).toBe(225);
  });
});

describe("P17 an ex-leader can be elected again", () => {
  test.each([requestPreVote(2, [1, 1]), requestVote(2, [1, 1])])(
    "who still takes it for the leader votes for it (pre: $pre)",
    (request) => {
      const node = new LoneNode({ log: [1] });
      node.hear("n2", appendEntries(1, [1, 1]));
      expect(node.raft.leader).toBe("n2");
      expect(messageOf(node.hear("n2", request), "request-vote-reply").granted).toBe(true);
      expect(messageOf(node.hear("n2", request), "request-vote-reply").granted).toBe(true);
    },
  );

  test("a leader that has stepped down votes again, and stands again", () => {
    const node = new LoneNode();
    node.elect();
    node.nowMs += 1000;
    node.run({ type: "tick" });
    expect(viewOf(node.raft)).toMatchObject({ role: "follower", leader: undefined });
    expect(messageOf(node.hear("n2", requestPreVote(2, [9, 1])), "request-vote-reply").granted).toBe(true);
    node.elect();
    expect(viewOf(node.raft)).toMatchObject({ role: "leader", term: 2 });
  });
});

describe("P22 a learner votes when it is asked", () => {
  test("the candidate may know of a promotion that the learner has not heard of", () => {
    const membership = configuration(["n2", "n3"], { learners: ["n1"] });
    const node = new LoneNode({ log: [1], membership });
    expect(messageOf(node.hear("n3", requestPreVote(2, [1, 1])), "request-vote-reply").granted).toBe(true);
    const effects = node.hear("n3", requestVote(2, [1, 1]));
    expect(messageOf(effects, "request-vote-reply").granted).toBe(true);
    expect(effectOf(effects, "save").hardState).toEqual({ term: 2, votedFor: "n3" });
  });

  test("but not one that knows no configuration at all: it may have forgotten it, and its vote with it", () => {
    const node = new LoneNode({ membership: configuration([]) });
    expect(messageOf(node.hear("n3", requestVote(2, [1, 1])), "request-vote-reply").granted).toBe(false);
  });
});
