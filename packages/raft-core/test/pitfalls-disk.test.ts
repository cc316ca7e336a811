import { describe, expect, test } from "vitest";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeatReply } from "./harness/messages.ts";
import { configuration, entriesOf } from "./harness/stored.ts";
import type { Effect } from "../src/index.ts";

function roundOf(effect: Effect): number | undefined {
  return effect.type === "send" && effect.message.type === "heartbeat" ? effect.message.round : undefined;
}

describe("P19 a hung disk", () => {
  test("costs a leader its lead although its peers answer", () => {
    const node = new LoneNode({ log: [1] });
    node.elect();
    node.step({ type: "propose", id: 1, commands: [new Uint8Array(1)] });
    const stalledMs = 4 * 300;
    const since = node.nowMs;
    while (node.raft.role === "leader" && node.nowMs < since + 10 * stalledMs) {
      node.nowMs = Math.max(node.nowMs, node.raft.deadlineMs);
      node.step({ type: "tick" });
      const reply = heartbeatReply(node.raft.term, 1, 2);
      node.step({ type: "message", from: "n2", message: reply }, { type: "message", from: "n3", message: reply });
    }
    expect(node.raft.role).toBe("follower");
    expect(node.nowMs - since).toBeGreaterThan(stalledMs);
    expect(node.nowMs - since).toBeLessThan(2 * stalledMs);
  });

  test("costs a leader its lead although reads keep its heartbeats going", () => {
    const node = new LoneNode({ log: [1] });
    node.elect();
    node.hear("n2", accepted(node.raft.term, 2));
    node.step({ type: "propose", id: 1, commands: [new Uint8Array(1)] });
    const since = node.nowMs;
    for (let id = 1; node.raft.role === "leader" && node.nowMs < since + 3000; id += 1) {
      node.nowMs += 20;
      const effects = node.step({ type: "read", id });
      const round = effects.reduce((latest, each) => (roundOf(each) ?? 0) || latest, 0);
      for (const from of ["n2", "n3"]) {
        node.step({ type: "message", from, message: heartbeatReply(node.raft.term, round, 2) });
      }
      // As a driver does: no tick before the deadline.
      if (node.nowMs >= node.raft.deadlineMs) node.step({ type: "tick" });
    }
    expect(node.raft.role).toBe("follower");
    expect(node.nowMs - since).toBeLessThan(2 * 4 * 300);
  });

  test("costs a leader its lead although it is given more to write all the time", () => {
    const node = new LoneNode({ log: [1] });
    node.elect();
    node.hear("n2", accepted(node.raft.term, 2));
    const since = node.nowMs;
    while (node.raft.role === "leader" && node.nowMs < since + 3000) {
      const from = { from: "n2", message: heartbeatReply(node.raft.term, 1, 2) };
      node.step({ type: "propose", id: 1, commands: [new Uint8Array(1)] }, { type: "message", ...from });
      node.nowMs += 50;
      node.step({ type: "tick" });
    }
    expect(node.raft.role).toBe("follower");
    expect(node.nowMs - since).toBeLessThan(2 * 4 * 300);
  });

  test("is no disk that had nothing to do: a leader that writes after a long silence leads on", () => {
    const node = new LoneNode({ log: [1] });
    node.elect();
    node.hear("n2", accepted(node.raft.term, 2));
    for (let round = 1; round <= 100; round += 1) {
      node.timeOut();
      node.hear("n2", heartbeatReply(node.raft.term, round, 2));
    }
    node.step({ type: "propose", id: 1, commands: [new Uint8Array(1)] });
    node.nowMs = node.raft.deadlineMs;
    node.step({ type: "tick" });
    expect(node.raft.role).toBe("leader");
  });

  test("is no reason for the only voter to give up: there is nobody else", () => {
    const node = new LoneNode({ membership: configuration(["n1"], { learners: ["n2"] }) });
    node.elect([]);
    node.step({ type: "propose", id: 1, commands: [new Uint8Array(1)] });
    node.nowMs += 10_000;
    node.step({ type: "tick" });
    expect(node.raft.role).toBe("leader");
  });

  test("keeps a node from standing for election until it answers", () => {
    const node = new LoneNode({ log: [1], preVote: false });
    node.nowMs = node.raft.deadlineMs;
    node.step({ type: "tick" });
    const { term } = node.raft;
    for (let timeouts = 0; timeouts < 5; timeouts += 1) {
      node.nowMs = node.raft.deadlineMs + 1201;
      node.step({ type: "tick" });
      expect(node.raft.term).toBe(term);
    }
    node.completeSaves();
    node.nowMs = node.raft.deadlineMs;
    node.step({ type: "tick" });
    expect(node.raft.term).toBe(term + 1);
  });

  test.each([true, false])("keeps a follower that was writing from standing for election (pre-vote: %s)", (preVote) => {
    const node = new LoneNode({ log: [1], preVote });
    node.step({ type: "message", from: "n2", message: appendEntries(1, [1, 1], entriesOf([1], 2)) });
    node.nowMs = 1201;
    for (let timeouts = 0; timeouts < 5; timeouts += 1) {
      node.nowMs = Math.max(node.nowMs, node.raft.deadlineMs);
      expect(node.step({ type: "tick" })).toEqual([]);
      expect(node.raft.role).toBe("follower");
    }
    node.completeSaves();
    node.nowMs = node.raft.deadlineMs;
    node.step({ type: "tick" });
    expect(node.raft.role).toBe(preVote ? "pre-candidate" : "candidate");
  });
});
