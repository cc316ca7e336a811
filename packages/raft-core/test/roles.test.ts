import { describe, expect, test } from "vitest";
import { AssertionError } from "../src/index.ts";
import { becomeCandidate, becomeFollower, becomeLeader } from "../src/roles.ts";
import { effectsOf } from "./harness/effects.ts";
import { innerState } from "./harness/inner-state.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { heartbeat, heartbeatReply, preVoteReply, requestVote, voteReply } from "./harness/messages.ts";

describe("changes of role are told, with term and leader", () => {
  test("from follower to leader and back", () => {
    const node = new LoneNode();
    const effects = [...node.elect(["n2"]), ...node.hear("n3", heartbeat(2))];
    expect(effectsOf(effects, "role").map(({ role, term, leader }) => [role, term, leader])).toEqual([
      ["pre-candidate", 0, undefined],
      ["candidate", 1, undefined],
      ["leader", 1, "n1"],
      ["follower", 2, "n3"],
    ]);
  });

  test("what does not change is not told", () => {
    const node = new LoneNode();
    node.hear("n2", heartbeat(1));
    expect(effectsOf(node.hear("n2", heartbeat(1, 2)), "role")).toEqual([]);
  });
});

describe("CheckQuorum, diss. §6.2", () => {
  test("a leader that no majority answers for an election timeout steps down, in its term", () => {
    const node = new LoneNode();
    node.elect();
    const electedMs = node.nowMs;
    while (node.raft.role === "leader") node.timeOut();
    expect(node.nowMs - electedMs).toBe(350);
    expect([node.raft.role, node.raft.term, node.raft.leader]).toEqual(["follower", 1, undefined]);
  });

  test("one follower of two that answers is a majority", () => {
    const node = new LoneNode();
    node.elect();
    for (let round = 1; round < 20; round += 1) {
      node.timeOut();
      node.hear("n3", heartbeatReply(1, round, 0));
    }
    expect(node.raft.role).toBe("leader");
  });

  test("switched off, it leads on", () => {
    const node = new LoneNode({ checkQuorum: false });
    node.elect();
    for (let round = 1; round < 20; round += 1) node.timeOut();
    expect(node.raft.role).toBe("leader");
  });
});

describe("the election timer", () => {
  test("P18 of a follower that has lost one pre-vote after the other is the usual one again once a leader was heard", () => {
    const node = new LoneNode();
    for (let election = 0; election < 6; election += 1) {
      node.timeOut();
      for (const from of ["n2", "n3"]) node.hear(from, preVoteReply(0, false));
      expect(node.raft.role).toBe("follower");
    }
    expect(node.raft.deadlineMs - node.nowMs).toBe(1350);
    node.hear("n2", heartbeat(1));
    expect(node.raft.deadlineMs - node.nowMs).toBe(225);
  });

  test.each([true, false])(
    "P18 backs off while nobody is elected, and no more once a leader was heard (pre-vote: %s)",
    (preVote) => {
      const node = new LoneNode({ preVote });
      const timeouts: number[] = [];
      for (let election = 0; election < 6; election += 1) {
        node.timeOut();
        timeouts.push(node.raft.deadlineMs - node.nowMs);
      }
      expect(timeouts).toEqual([225, 300, 450, 750, 1350, 1350]);
      node.hear("n2", heartbeat(node.raft.term));
      expect(node.raft.role).toBe("follower");
      expect(node.raft.deadlineMs - node.nowMs).toBe(225);
      node.timeOut();
      expect(node.raft.deadlineMs - node.nowMs).toBe(225);
    },
  );

  test("is drawn anew when a candidate or leader steps down, and by each election", () => {
    let draws = 0;
    const random = {
      next: () => {
        draws += 1;
        return 0.5;
      },
    };
    const node = new LoneNode({ random, preVote: false });
    const drawn = (act: () => unknown): number => {
      const before = draws;
      act();
      return draws - before;
    };
    expect(drawn(() => node.hear("n2", heartbeat(1)))).toBe(0);
    expect(drawn(() => node.timeOut())).toBe(1);
    expect(drawn(() => node.hear("n3", heartbeat(2)))).toBe(1);
    expect(drawn(() => node.timeOut())).toBe(1);
    expect(drawn(() => node.hear("n2", voteReply(3, true)))).toBe(0);
    expect(drawn(() => node.hear("n2", heartbeat(4)))).toBe(1);
    node.nowMs += 150;
    expect(drawn(() => node.hear("n3", requestVote(5, [1, 3])))).toBe(0);
    expect(node.disk.hardState).toEqual({ term: 5, votedFor: "n3" });
  });
});

describe("what only a bug can ask of a node", () => {
  test("§5.1 to follow in an earlier term", () => {
    expect(() => becomeFollower(innerState(3), 2, "n2")).toThrow(new AssertionError("term 2 after term 3"));
  });

  test("§5.2 to lead without having stood for election", () => {
    expect(() => becomeLeader(innerState(3))).toThrow(AssertionError);
  });

  test("P10 to lead by a vote of its own that a crash would forget", () => {
    const state = innerState(3);
    becomeCandidate(state);
    state.takeEffects();
    expect(() => becomeLeader(state)).toThrow(new AssertionError("a leader's own vote must be durable"));
    state.saves.saved(1);
    becomeLeader(state);
    expect(state.role).toBe("leader");
  });
});
