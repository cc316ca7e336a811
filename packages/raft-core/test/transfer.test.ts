import { describe, expect, test } from "vitest";
import { effectOf, effectsOf, messageOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { acknowledge, beat, changeMembers, leading, transferTo } from "./harness/leading.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat, heartbeatReply, requestVote, voteReply } from "./harness/messages.ts";
import { bytesOf, configuration, entriesOf, quintet } from "./harness/stored.ts";

const asked = (node: LoneNode, to = "n2") => messagesTo(beat(node), to).filter(({ type }) => type === "timeout-now");
const failure = (node: LoneNode, to?: string) => effectOf(node.run(transferTo(to)), "transfer-failed");

describe("the lead is handed over, diss. §3.10,", () => {
  test("at once to a voter that holds everything", () => {
    const node = leading();
    const effects = node.run(transferTo("n2"));
    expect(messagesTo(effects, "n2")).toEqual([{ type: "timeout-now", term: 1 }]);
    expect(node.raft.role).toBe("leader");
  });

  test("to the most advanced voter that is there, where nobody is named; of equals to the one of higher priority", () => {
    const node = leading({ membership: quintet });
    node.propose(bytesOf("x"));
    acknowledge(node, ["n3", "n4"]);
    beat(node, ["n4"], { priority: 3 });
    expect(messagesTo(node.run(transferTo()), "n4")).toEqual([{ type: "timeout-now", term: 1 }]);
  });

  test("not to one that has not been heard for an election timeout, or never leads, unless it is named", () => {
    const node = leading({ membership: quintet });
    for (let count = 0; count < 7; count += 1) {
      beat(node, ["n3"], { priority: 0 });
      node.propose(bytesOf("x"));
      acknowledge(node, ["n3", "n5"]);
    }
    beat(node, ["n3"], { priority: 0 });
    expect(messagesTo(node.run(transferTo()), "n5")).toContainEqual({ type: "timeout-now", term: 1 });
  });

  test("to itself it has already", () => {
    const node = leading();
    expect(node.run(transferTo("n1"))).toEqual([{ type: "transferred", id: 8, to: "n1" }]);
  });

  test("and what came of it is told as soon as somebody leads", () => {
    for (const [leader, outcome] of [
      ["n2", { type: "transferred", id: 8, to: "n2" }],
      ["n3", { type: "transfer-failed", id: 8, code: "TRANSFER_FAILED", reason: "n3 leads now instead of n2" }],
    ] as const) {
      const node = leading();
      node.run(transferTo("n2"));
      const voted = node.hear("n2", { ...requestVote(2, [1, 1]), transfer: true });
      expect(messageOf(voted, "request-vote-reply").granted).toBe(true);
      expect(effectsOf(voted, "transferred")).toEqual([]);
      expect(node.hear(leader, heartbeat(leader === "n2" ? 2 : 3))).toContainEqual(outcome);
    }
  });

  test("where nobody comes to lead it has failed, four election timeouts later", () => {
    const node = leading();
    node.run(transferTo("n2"));
    node.hear("n2", { ...requestVote(2, [1, 1]), transfer: true });
    const effects = [...node.pass(1199), ...node.pass(0)];
    expect(effectsOf(effects, "transfer-failed")).toEqual([]);
    expect(effectOf(node.pass(1), "transfer-failed")).toMatchObject({
      id: 8,
      reason: "nobody leads now instead of n2",
    });
    expect(node.raft.deadlineMs).toBeGreaterThan(node.nowMs);
  });

  test("each request is answered once, even by a lead won and lost in one turn", () => {
    const node = leading({ preVote: false });
    node.run(transferTo("n2"));
    node.hear("n2", { ...requestVote(2, [1, 1]), transfer: true });
    node.timeOut();
    expect(node.raft).toMatchObject({ role: "candidate", term: 3 });
    const effects = node.run(
      { type: "message", from: "n3", message: voteReply(3, true) },
      { type: "message", from: "n3", message: heartbeat(4) },
    );
    expect(effectsOf(effects, "transfer-failed")).toMatchObject([{ id: 8 }]);
  });
});

describe("a transfer that cannot be is refused", () => {
  test("where this node does not lead", () => {
    const node = new LoneNode();
    expect(failure(node)).toMatchObject({ id: 8, code: "NO_LEADER" });
    node.hear("n2", heartbeat(1));
    expect(failure(node)).toMatchObject({ code: "NOT_LEADER" });
  });

  test("P50 to a learner, a stranger, one that is being removed, one that never leads, or to nobody", () => {
    const node = leading({ membership: configuration(["n1", "n2", "n3"], { learners: ["n4"] }) });
    beat(node, ["n3"], { priority: 0 });
    const code = "TRANSFER_REFUSED";
    expect(failure(node, "n4")).toMatchObject({ code, reason: "n4 is no voter" });
    expect(failure(node, "n9")).toMatchObject({ code, reason: "n9 is no voter" });
    expect(failure(node, "n3")).toMatchObject({ code, reason: "n3 never leads: its priority is 0" });
    node.run(changeMembers({ remove: ["n2"] }));
    expect(failure(node, "n2")).toMatchObject({ code, reason: "n2 is no voter" });
    expect(failure(node)).toMatchObject({ code, reason: "no other voter is there that could lead" });
    expect(effectsOf(node.propose(bytesOf("x")), "accepted")).toHaveLength(1);
  });

  test("while another is under way, to another", () => {
    const node = leading();
    node.run(transferTo("n2"));
    expect(failure(node, "n3")).toMatchObject({ code: "TRANSFERRING", reason: "the lead is on its way to n2" });
  });

  test("while one to the same, or to anybody, is asked for: that one is waited for", () => {
    const node = leading();
    node.run(transferTo("n2", 1));
    expect(node.run(transferTo("n2", 2), transferTo(undefined, 3))).toEqual([]);
    const effects = node.hear("n2", heartbeat(9));
    expect(effectsOf(effects, "transferred").map(({ id, to }) => [id, to])).toEqual([
      [1, "n2"],
      [2, "n2"],
      [3, "n2"],
    ]);
  });
});

describe("P50 the fence", () => {
  const refusal = (node: LoneNode) => effectsOf(node.propose(bytesOf("x")), "refused").map(({ code }) => code);

  test("a target that lags catches up first, and nobody has to wait for that", () => {
    const node = leading();
    for (let count = 0; count < 5; count += 1) node.propose(bytesOf("x"));
    acknowledge(node, ["n3"]);
    node.run(transferTo("n2"));
    for (let count = 0; count < 10; count += 1) {
      expect(refusal(node)).toEqual([]);
      expect(asked(node)).toEqual([]);
    }
    node.hear("n2", accepted(1, 5));
    expect(refusal(node)).toEqual([]);
    node.hear("n2", accepted(1, 6));
    expect(refusal(node)).toEqual(["TRANSFERRING"]);
    // It lacks what was proposed since, committed as that may be.
    acknowledge(node, ["n3"]);
    expect(node.raft.commitIndex).toBe(node.raft.lastIndex);
    expect(asked(node)).toEqual([]);
    acknowledge(node, ["n2"]);
    expect(asked(node)).toHaveLength(1);
  });

  test("it is asked only when those who proposed have their answers", () => {
    const node = leading();
    node.step({ type: "propose", id: 1, commands: [bytesOf("x")] });
    node.completeSaves();
    const effects = node.step({ type: "message", from: "n2", message: accepted(1, 2) });
    expect(effectOf(effects, "apply").entries).toHaveLength(1);
    expect(messagesOf(node.step(transferTo("n2")), "timeout-now")).toEqual([]);
    expect(messagesOf(node.step({ type: "applied", index: 2 }), "timeout-now")).toHaveLength(1);
  });

  test("but a state machine that takes long does not hold it up for more than half an election timeout", () => {
    const node = leading();
    node.step({ type: "propose", id: 1, commands: [bytesOf("x")] });
    node.completeSaves();
    node.step({ type: "message", from: "n2", message: accepted(1, 2) }, transferTo("n2"));
    const askedMs: number[] = [];
    for (let ms = 10; ms <= 250; ms += 10) {
      node.nowMs += 10;
      if (messagesOf(node.step({ type: "tick" }), "timeout-now").length > 0) askedMs.push(ms);
    }
    expect(askedMs[0]).toBe(160);
  });

  test("falls after an election timeout when the target does not win, and the leader leads on", () => {
    const node = leading();
    node.run(transferTo("n2"));
    expect(refusal(node)).toEqual(["TRANSFERRING"]);
    const begunMs = node.nowMs;
    let requests = 0;
    let failed = effectsOf(node.run(), "transfer-failed");
    while (failed.length === 0) {
      const effects = beat(node);
      requests += messagesOf(effects, "timeout-now").length;
      failed = effectsOf(effects, "transfer-failed");
    }
    expect(failed).toMatchObject([{ id: 8, reason: "n2 was asked to stand, but was not elected" }]);
    expect(node.nowMs - begunMs).toBe(300);
    // The request may be lost, so it is repeated with every heartbeat.
    expect(requests).toBe(5);
    expect(refusal(node)).toEqual([]);
    expect(asked(node)).toEqual([]);
  });

  test("a target that is dead is given up when it has not been heard for an election timeout", () => {
    const node = leading();
    node.propose(bytesOf("x"));
    acknowledge(node, ["n3"]);
    node.run(transferTo("n2"));
    let failed = effectsOf(node.run(), "transfer-failed");
    for (; failed.length === 0; failed = effectsOf(beat(node, ["n3"]), "transfer-failed")) {
      expect(refusal(node)).toEqual([]);
      acknowledge(node, ["n3"]);
    }
    expect(failed).toMatchObject([{ reason: "n2 has not been heard for 300 ms" }]);
    expect(node.nowMs).toBe(225 + 300);
  });

  test("one that answers but never catches up is given up after the time for catching up", () => {
    const node = leading({ catchUpTimeoutMs: 1000 });
    node.propose(bytesOf("x"));
    acknowledge(node, ["n3"]);
    node.run(transferTo("n2"));
    let failed = effectsOf(node.run(), "transfer-failed");
    for (; failed.length === 0; failed = effectsOf(beat(node), "transfer-failed")) expect(refusal(node)).toEqual([]);
    expect(failed).toMatchObject([{ reason: "n2 did not catch up in time" }]);
    expect(node.nowMs).toBe(225 + 1000);
  });

  test("a leader that has lost its lead in the middle fences nothing when it leads again", () => {
    const node = leading();
    node.run(transferTo("n2"));
    node.hear("n3", heartbeat(2));
    node.elect();
    acknowledge(node);
    expect(refusal(node)).toEqual([]);
    expect(asked(node)).toEqual([]);
  });

  test("reads go on behind it", () => {
    const node = leading();
    node.run(transferTo("n2"));
    const { round } = messageOf(node.run({ type: "read", id: 5 }).slice(0, 1), "heartbeat");
    expect(effectsOf(node.hear("n3", heartbeatReply(1, round, 1)), "read-ready")).toHaveLength(1);
  });
});

describe("a node that is asked to stand", () => {
  const follower = (options = {}): LoneNode => {
    const node = new LoneNode(options);
    node.hear("n2", appendEntries(1, [0, 0], entriesOf([1]), 1));
    return node;
  };
  const timeoutNow = { type: "timeout-now", term: 1 } as const;

  test("does so at once, without asking beforehand, and says that its leader wants it", () => {
    const node = follower();
    const effects = node.hear("n2", timeoutNow);
    expect(node.raft).toMatchObject({ role: "candidate", term: 2 });
    expect(messagesOf(effects, "request-vote")).toMatchObject([
      { pre: false, term: 2, transfer: true, lastIndex: 1 },
      { pre: false, term: 2, transfer: true, lastIndex: 1 },
    ]);
    // Should it not win, it asks beforehand again, and nobody need give up a leader for it.
    const later = messagesOf(node.timeOut(), "request-vote");
    expect(later.map(({ pre, transfer }) => [pre, transfer])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
  });

  test("does not where somebody else asks, or its leader of an earlier term", () => {
    const node = follower();
    node.hear("n3", timeoutNow);
    expect(node.raft).toMatchObject({ role: "follower", term: 1 });
    node.hear("n3", heartbeat(2));
    node.hear("n2", timeoutNow);
    expect(node.raft).toMatchObject({ role: "follower", term: 2 });
  });

  test("twice, stands once", () => {
    const node = follower();
    node.hear("n2", timeoutNow);
    node.hear("n2", timeoutNow);
    expect(node.raft).toMatchObject({ role: "candidate", term: 2 });
  });

  test.each([
    ["a learner", { membership: configuration(["n2", "n3"], { learners: ["n1"] }) }],
    ["one that was removed", { membership: configuration(["n2", "n3"]) }],
    ["one of priority 0", { priority: 0 }],
  ])("does not where it is %s", (_, options) => {
    const node = follower(options);
    node.hear("n2", timeoutNow);
    expect(node.raft).toMatchObject({ role: "follower", term: 1 });
  });

  test("does not while its disk does not answer", () => {
    const node = follower();
    node.step({ type: "message", from: "n2", message: appendEntries(1, [1, 1], entriesOf([1], 2)) });
    node.nowMs += 1500;
    node.step(
      { type: "message", from: "n2", message: heartbeat(1) },
      { type: "message", from: "n2", message: timeoutNow },
    );
    expect(node.raft.role).toBe("follower");
  });

  test("a voter gives it its vote although it hears its leader, and nobody else", () => {
    for (const transfer of [true, undefined] as const) {
      const node = follower();
      const reply = messageOf(node.hear("n3", { ...requestVote(2, [1, 1]), transfer }), "request-vote-reply");
      expect(reply.granted).toBe(transfer === true);
    }
  });
});
