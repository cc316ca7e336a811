import { describe, expect, test } from "vitest";
import type { Message } from "../src/index.ts";
import { aroundSave, messagesTo } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import {
  accepted,
  appendEntries,
  chunk,
  chunkReply,
  heartbeat,
  heartbeatReply,
  preVoteReply,
  rejected,
  voteReply,
} from "./harness/messages.ts";
import { snapshotAt } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const fromLeaders = (term: number): readonly Message[] => [
  appendEntries(term, [0, 0]),
  heartbeat(term),
  chunk(term, snapshotAt(5, 1)),
];

const answers = (term: number): readonly Message[] => [
  voteReply(term, true),
  preVoteReply(term, false),
  accepted(term, 0),
  rejected(term, 1, [0, 0]),
  heartbeatReply(term, 1, 0),
  chunkReply(term, 5, { nextOffsetBytes: 0 }),
  { type: "read-index", term, id: 1 },
  { type: "read-index-reply", term, id: 1, index: 0 },
];

function leaderOfTerm3(): LoneNode {
  const node = new LoneNode({ hardState: { term: 2, votedFor: undefined } });
  node.elect();
  return node;
}

describe("a message of an earlier term, §5.1", () => {
  test.each(fromLeaders(2))("P14 $type: its sender hears that its time is over", (message) => {
    const node = new LoneNode({ hardState: { term: 3, votedFor: "n3" } });
    const deadlineMs = node.raft.deadlineMs;
    node.nowMs = 10;
    expect(messagesTo(node.hear("n2", message), "n2")).toEqual([heartbeatReply(3, 0, 0)]);
    expect(viewOf(node.raft)).toMatchObject({ term: 3, leader: undefined, deadlineMs });
  });

  test.each(answers(2))("$type: is ignored", (message) => {
    const node = leaderOfTerm3();
    expect(node.hear("n2", message)).toEqual([]);
    expect(viewOf(node.raft)).toMatchObject({ term: 3, role: "leader" });
  });
});

describe("a message of a later term, §5.1", () => {
  test.each([...fromLeaders(4), ...answers(4)])("$type: ends the leadership", (message) => {
    const node = leaderOfTerm3();
    const { save } = aroundSave(node.step({ type: "message", from: "n2", message }));
    expect(viewOf(node.raft)).toMatchObject({ term: 4, role: "follower" });
    expect(save.hardState).toEqual({ term: 4, votedFor: undefined });
  });

  test.each(fromLeaders(4))("$type: its sender is followed at once", (message) => {
    const node = leaderOfTerm3();
    node.hear("n2", message);
    expect(node.raft.leader).toBe("n2");
  });

  test.each(answers(4))("$type: its sender is not taken for the leader", (message) => {
    const node = leaderOfTerm3();
    node.hear("n2", message);
    expect(node.raft.leader).toBeUndefined();
  });

  test("a granted pre-vote of the next term is none: its sender has not entered it", () => {
    const node = leaderOfTerm3();
    expect(node.hear("n2", preVoteReply(4, true))).toEqual([]);
    expect(viewOf(node.raft)).toMatchObject({ term: 3, role: "leader" });
  });
});

describe("an answer that comes to nobody who asked", () => {
  test.each(answers(3))("$type: is ignored by a follower", (message) => {
    const node = new LoneNode({ hardState: { term: 3, votedFor: undefined } });
    node.hear("n2", heartbeat(3));
    expect(node.hear("n3", message)).toEqual([]);
  });
});
