import { describe, expect, test } from "vitest";
import { aroundSave, effectOf, effectsOf, messageOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { appendEntries, heartbeat, requestVote, voteReply } from "./harness/messages.ts";
import { viewOf } from "./harness/view.ts";

const noPreVote = { preVote: false } as const;

/** The answer of a node with log 1/1 2/2 3/2 in term 2 to a request for its vote. */
function answerTo(term: number, last: readonly [number, number]): boolean {
  const node = new LoneNode({ log: [1, 2, 2] });
  return messageOf(node.hear("n2", requestVote(term, last)), "request-vote-reply").granted;
}

describe("fig. 2, RequestVote", () => {
  test("rule 1: a request of an earlier term is refused, with the later one", () => {
    const node = new LoneNode({ log: [1], hardState: { term: 3, votedFor: undefined } });
    expect(messagesTo(node.hear("n2", requestVote(2, [9, 2])), "n2")).toEqual([voteReply(3, false)]);
  });

  test("rule 2: whoever has not voted votes for a candidate with a log as up-to-date", () => {
    const node = new LoneNode({ log: [1], hardState: { term: 3, votedFor: undefined } });
    const effects = node.hear("n2", requestVote(3, [1, 1]));
    expect(messagesTo(effects, "n2")).toEqual([voteReply(3, true)]);
    expect(effectOf(effects, "save").hardState).toEqual({ term: 3, votedFor: "n2" });
  });

  test("rule 2: one vote in a term; the same candidate may hear it again", () => {
    const node = new LoneNode({ log: [1], hardState: { term: 3, votedFor: "n2" } });
    expect(messagesTo(node.hear("n3", requestVote(3, [9, 3])), "n3")).toEqual([voteReply(3, false)]);
    expect(messagesTo(node.hear("n2", requestVote(3, [1, 1])), "n2")).toEqual([voteReply(3, true)]);
  });

  test("rule 2: the vote outlasts a restart", () => {
    const node = new LoneNode({ log: [1] });
    node.hear("n2", requestVote(3, [1, 1]));
    node.restart();
    expect(messageOf(node.hear("n3", requestVote(3, [9, 3])), "request-vote-reply").granted).toBe(false);
  });

  test("rule 2: a later term frees the vote", () => {
    const node = new LoneNode({ log: [1], hardState: { term: 3, votedFor: "n2" } });
    expect(messageOf(node.hear("n3", requestVote(4, [1, 1])), "request-vote-reply").granted).toBe(true);
  });

  test("§5.4.1: the later last term is more up-to-date, whatever the length", () => {
    expect(answerTo(4, [1, 3])).toBe(true);
    expect(answerTo(4, [99, 1])).toBe(false);
  });

  test("§5.4.1: with equal last terms the longer log is", () => {
    expect(answerTo(4, [2, 2])).toBe(false);
    expect(answerTo(4, [3, 2])).toBe(true);
    expect(answerTo(4, [4, 2])).toBe(true);
  });

  test("§5.1: a refused request of a later term raises the term all the same", () => {
    const node = new LoneNode({ log: [1, 2, 2] });
    const effects = node.hear("n2", requestVote(7, [9, 1]));
    expect(messagesTo(effects, "n2")).toEqual([voteReply(7, false)]);
    expect(effectOf(effects, "save").hardState).toEqual({ term: 7, votedFor: undefined });
  });
});

describe("fig. 2, Rules for Servers, all servers", () => {
  test("§5.1: who sees a later term takes it and follows", () => {
    for (const role of ["candidate", "leader"] as const) {
      const node = new LoneNode(noPreVote);
      if (role === "leader") node.elect();
      else node.timeOut();
      expect(node.raft.role).toBe(role);
      node.hear("n2", voteReply(5, false));
      expect(viewOf(node.raft)).toMatchObject({ role: "follower", term: 5 });
    }
  });
});

describe("fig. 2, Rules for Servers, followers, §5.2", () => {
  test("answer candidates and leaders", () => {
    const node = new LoneNode();
    expect(messagesTo(node.hear("n2", requestVote(1, [0, 0])), "n2")).toHaveLength(1);
    expect(messagesTo(node.hear("n2", appendEntries(1, [0, 0])), "n2")).toHaveLength(1);
  });

  test("stand for election when the timeout passes without a leader's word", () => {
    const node = new LoneNode(noPreVote);
    node.nowMs = 200;
    node.hear("n2", heartbeat(1));
    expect(node.pass(224)).toEqual([]);
    node.pass(1);
    expect(viewOf(node.raft)).toMatchObject({ role: "candidate", term: 2 });
  });

  test("stand for election when the timeout passes without granting a vote", () => {
    const node = new LoneNode(noPreVote);
    node.nowMs = 200;
    node.hear("n2", requestVote(1, [0, 0]));
    expect(node.raft.deadlineMs).toBe(425);
  });

  test("append nothing of their own", () => {
    const node = new LoneNode();
    node.run({ type: "propose", id: 1, commands: [new Uint8Array(1)] });
    expect(node.raft.lastIndex).toBe(0);
  });
});

describe("fig. 2, Rules for Servers, candidates, §5.2", () => {
  test("on starting an election: the term rises, it votes for itself, the timer restarts, it asks all others", () => {
    const node = new LoneNode({ ...noPreVote, log: [1, 1] });
    const effects = node.timeOut();
    const { save, after } = aroundSave(effects);
    expect(save.hardState).toEqual({ term: 2, votedFor: "n1" });
    expect(node.raft.deadlineMs).toBe(450);
    expect(after).toEqual([
      { type: "send", to: "n2", message: requestVote(2, [2, 1]) },
      { type: "send", to: "n3", message: requestVote(2, [2, 1]) },
    ]);
  });

  test("with the votes of a majority it leads", () => {
    const node = new LoneNode(noPreVote);
    node.timeOut();
    const effects = node.hear("n3", voteReply(1, true));
    expect(effectOf(effects, "role")).toEqual({ type: "role", role: "leader", term: 1, leader: "n1" });
  });

  test("with AppendEntries of a new leader it follows", () => {
    const node = new LoneNode(noPreVote);
    node.timeOut();
    const effects = node.hear("n2", appendEntries(1, [0, 0]));
    expect(effectOf(effects, "role")).toEqual({ type: "role", role: "follower", term: 1, leader: "n2" });
  });

  test("when the timeout passes it starts another election", () => {
    const node = new LoneNode(noPreVote);
    node.timeOut();
    const effects = node.timeOut();
    expect(viewOf(node.raft)).toMatchObject({ role: "candidate", term: 2 });
    expect(messagesOf(effects, "request-vote")).toHaveLength(2);
  });
});

describe("fig. 2, Rules for Servers, leaders, §5.2", () => {
  test("on election: a message to every other server, and again while nothing else happens", () => {
    const node = new LoneNode(noPreVote);
    const elected = node.elect(["n2"]);
    const leading = elected.slice(elected.findIndex((effect) => effect.type === "role" && effect.role === "leader"));
    expect(messagesOf(leading, "append-entries")).toHaveLength(2);
    expect(messagesOf(node.pass(50), "heartbeat")).toHaveLength(2);
    expect(messagesOf(node.pass(50), "heartbeat")).toHaveLength(2);
  });

  test("heartbeats keep a follower from standing for election", () => {
    const node = new LoneNode();
    for (let each = 1; each < 20; each += 1) {
      expect(effectsOf(node.pass(50), "role")).toEqual([]);
      node.hear("n2", heartbeat(1, each));
    }
    expect(viewOf(node.raft)).toMatchObject({ role: "follower", leader: "n2" });
  });
});
