import { describe, expect, test } from "vitest";
import { Raft } from "../src/index.ts";
import { effectOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat } from "./harness/messages.ts";
import { bytesOf, configuration, entriesOf, membershipAt, quintet, snapshotAt, trio } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

describe("Raft", () => {
  test("refuses wrong options by name", () => {
    const { disk } = new LoneNode();
    const start = { state: disk.load(), snapshot: disk.snapshot, nowMs: 0 };
    const options = { id: "n1", random: { next: () => 0 }, heartbeatIntervalMs: 0 };
    expect(() => new Raft(options, start)).toThrow(new TypeError("heartbeatIntervalMs must be above 0"));
  });

  test("starts as a follower of nobody, with what was stored", () => {
    const { raft } = new LoneNode({ log: [1, 1, 3], hardState: { term: 4, votedFor: "n2" } });
    expect(viewOf(raft)).toMatchObject({
      id: "n1",
      role: "follower",
      term: 4,
      leader: undefined,
      commitIndex: 0,
      firstIndex: 1,
      lastIndex: 3,
      membership: trio,
    });
    expect(raft.followers()).toEqual([]);
  });

  test("what a snapshot covers is committed from the start", () => {
    const { raft } = new LoneNode({ snapshot: snapshotAt(7, 2), log: [2, 2] });
    expect(viewOf(raft)).toMatchObject({ commitIndex: 7, firstIndex: 8, lastIndex: 9, snapshot: { index: 7 } });
    expect(raft.membershipAt(8)).toEqual(trio);
  });

  test("the same inputs have the same effects", () => {
    const history = (): unknown => {
      const node = new LoneNode({ log: [1, 1] });
      return [node.elect(), node.propose(bytesOf("x")), node.hear("n2", accepted(2, 4)), node.timeOut()];
    };
    expect(history()).toEqual(history());
  });

  test("nothing that happens has no effects", () => {
    expect(new LoneNode().step()).toEqual([]);
    expect(new LoneNode().step({ type: "tick" })).toEqual([]);
  });

  test("its time does not go back", () => {
    const node = new LoneNode();
    node.nowMs = 100;
    node.hear("n2", heartbeat(1));
    node.nowMs = 50;
    node.hear("n2", heartbeat(1));
    expect(node.raft.deadlineMs).toBe(325);
  });

  test("P24 a leader that has removed itself is a peer of those who know of it, until it is committed and another leads", () => {
    const node = new LoneNode();
    const entry = membershipAt(1, 1, configuration(["n1", "n3"]));
    const peers = (): readonly string[] => node.raft.peers.map(({ id, address }) => `${id} ${address}`);
    const before = peers();
    expect(before).toHaveLength(3);
    node.hear("n2", appendEntries(1, [0, 0], [entry]));
    expect(node.raft.membership.voters).toEqual(["n1", "n3"]);
    expect(peers().toSorted()).toEqual(before);
    // It may still be taken back.
    node.hear("n3", heartbeat(2));
    expect(peers().toSorted()).toEqual(before);
    node.hear("n3", appendEntries(2, [1, 1], [], 1));
    expect(peers().map((peer) => peer.slice(0, 2))).toEqual(["n1", "n3"]);
  });

  test("§6: a leader that the log does not name is followed, but no peer until it is named: nobody knows where it is", () => {
    const node = new LoneNode();
    expect(messagesTo(node.hear("n9", heartbeat(1)), "n9")).toMatchObject([{ type: "heartbeat-reply" }]);
    expect(node.raft.leader).toBe("n9");
    expect(node.raft.peers.map(({ id }) => id)).toEqual(["n1", "n2", "n3"]);
    node.hear("n9", appendEntries(1, [0, 0], [membershipAt(1, 1, configuration(["n1", "n9"]))]));
    expect(node.raft.peers.map(({ id }) => id)).toContain("n9");
  });

  test("a leader tells how its followers are", () => {
    const node = new LoneNode({ log: [1] });
    node.elect();
    node.nowMs = 230;
    node.hear("n3", accepted(2, 2));
    expect(node.raft.followers()).toEqual([
      { id: "n2", matchIndex: 0, nextIndex: 2, state: "probe", lastContactMs: 225 },
      { id: "n3", matchIndex: 2, nextIndex: 3, state: "replicate", lastContactMs: 230 },
    ]);
  });

  test("a node tells how it stands towards elections", () => {
    const node = new LoneNode({ hardState: { term: 1, votedFor: "n2" } });
    const timer = { startMs: 0, deadlineMs: 225 };
    expect(node.raft.election()).toEqual({ votedFor: "n2", votes: {}, timer });
    node.timeOut();
    expect(node.raft.role).toBe("pre-candidate");
    expect(node.raft.election()).toEqual({
      votedFor: "n2",
      votes: { n1: true },
      timer: { startMs: 225, deadlineMs: 450 },
    });
    node.hear("n2", { type: "request-vote-reply", term: 2, pre: true, granted: true });
    expect(node.raft.role).toBe("candidate");
    expect(node.raft.election()).toMatchObject({ votedFor: "n1", votes: { n1: true } });
    node.hear("n3", { type: "request-vote-reply", term: 2, pre: false, granted: false });
    expect(node.raft.election().votes).toEqual({ n1: true, n3: false });
    node.hear("n2", { type: "request-vote-reply", term: 2, pre: false, granted: true });
    expect(node.raft.role).toBe("leader");
    expect(node.raft.election()).toEqual({ votedFor: "n1", votes: {}, timer: undefined });
  });

  test("a leader tells whom it is handing over to", () => {
    const node = new LoneNode();
    expect(node.raft.transferTo).toBeUndefined();
    node.elect();
    node.step({ type: "transfer", id: 1, to: "n3" });
    expect(node.raft.transferTo).toBe("n3");
    node.hear("n3", heartbeat(9));
    expect(node.raft.transferTo).toBeUndefined();
  });

  test("one turn sends each follower one message, whatever happened in it", () => {
    const node = new LoneNode();
    node.elect();
    for (const id of ["n2", "n3"]) node.hear(id, accepted(1, 1));
    const propose = (id: number) => ({ type: "propose", id, commands: [bytesOf("x")] }) as const;
    const effects = node.step(propose(1), propose(2), propose(3));
    expect(messagesTo(effects, "n2")).toHaveLength(1);
    expect(messagesTo(effects, "n3")).toHaveLength(1);
    expect(effectOf(effects, "save").entries).toHaveLength(3);
  });

  test("a leader wants a tick for its next heartbeat, a follower for its election timeout", () => {
    const node = new LoneNode();
    expect(node.raft.deadlineMs).toBe(225);
    node.elect();
    expect(node.raft.deadlineMs).toBe(275);
    expect(messagesOf(node.pass(49), "heartbeat")).toEqual([]);
    expect(messagesOf(node.pass(1), "heartbeat")).toHaveLength(2);
    expect(node.raft.deadlineMs).toBe(325);
  });

  test("P43 what is committed by the others, but not durable here, stays in memory: storage could not give it back", () => {
    const node = new LoneNode({ membership: quintet, tailBytesMax: 0 });
    node.elect();
    for (const id of ["n2", "n3", "n4", "n5"]) node.hear(id, accepted(1, 1));
    node.step({ type: "propose", id: 1, commands: [bytesOf("x")] });
    for (const from of ["n2", "n3", "n4"]) node.step({ type: "message", from, message: accepted(1, 2) });
    expect(node.raft.commitIndex).toBe(2);
    const effects = node.step({ type: "unreachable", peer: "n5" });
    expect(messagesTo(effects, "n5")).toMatchObject([{ prevIndex: 1, entries: [{ index: 2 }] }]);
  });

  test("entries that are durable and committed leave memory above the limit, and come back by a load", () => {
    const node = new LoneNode({ tailBytesMax: 0 });
    node.hear("n2", appendEntries(1, [0, 0], entriesOf([1, 1, 1]), 3));
    node.nowMs = 1000;
    node.elect();
    const behind = { type: "append-entries-reply", term: 2, accepted: false, prevIndex: 3, matchIndex: 0 } as const;
    const effects = node.step({ type: "message", from: "n3", message: { ...behind, hintIndex: 1, hintTerm: 1 } });
    expect(effectOf(effects, "load")).toMatchObject({ fromIndex: 2, toIndex: 4 });
  });
});
