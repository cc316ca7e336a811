import { describe, expect, test } from "vitest";
import { effectsOf } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { heartbeat, heartbeatReply, preVoteReply, voteReply } from "./harness/messages.ts";

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
  });
});
