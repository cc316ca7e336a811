import { describe, expect, test } from "vitest";
import type { Entry } from "../src/index.ts";
import { aroundSave, effectOf, effectsOf, messageOf, messagesTo } from "./harness/effects.ts";
import { LoneNode, appliedBy } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat, heartbeatReply, rejected } from "./harness/messages.ts";
import { bytesOf, entriesOf, quintet } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const command = bytesOf("x");

describe("fig. 2, AppendEntries", () => {
  test("rule 1: a message of an earlier term changes nothing", () => {
    const node = new LoneNode({ log: [1], hardState: { term: 3, votedFor: undefined } });
    const effects = node.hear("n2", appendEntries(2, [0, 0], entriesOf([2]), 1));
    expect(messagesTo(effects, "n2")).toEqual([heartbeatReply(3, 0, 0)]);
    expect(node.terms).toEqual([1]);
    expect(viewOf(node.raft)).toMatchObject({ commitIndex: 0, leader: undefined });
  });

  test.each([
    ["no entry at prevIndex", [4, 2]],
    ["another term at prevIndex", [3, 2]],
  ] as const)("rule 2: refused where there is %s", (_, prev) => {
    const node = new LoneNode({ log: [1, 1, 1] });
    const reply = messageOf(
      node.hear("n2", appendEntries(2, prev, entriesOf([2], prev[0] + 1))),
      "append-entries-reply",
    );
    expect(reply).toMatchObject({ accepted: false, term: 2, prevIndex: prev[0] });
  });

  test("rule 3: a conflicting entry goes, and all that follow it", () => {
    const node = new LoneNode({ log: [1, 1, 1, 1, 1] });
    node.hear("n2", appendEntries(2, [2, 1], entriesOf([2], 3)));
    expect(node.terms).toEqual([1, 1, 2]);
  });

  test("rule 3: entries that agree stay, and those behind them, too", () => {
    const node = new LoneNode({ log: [1, 1, 1, 1, 1] });
    const effects = node.hear("n2", appendEntries(1, [1, 1], entriesOf([1], 2)));
    expect(effectsOf(effects, "save")).toEqual([]);
    expect(node.terms).toEqual([1, 1, 1, 1, 1]);
  });

  test("rule 4: what is not in the log is appended, and only that", () => {
    const node = new LoneNode({ log: [1, 1] });
    const { save } = aroundSave(
      node.step({ type: "message", from: "n2", message: appendEntries(1, [0, 0], entriesOf([1, 1, 1, 1])) }),
    );
    expect(save.entries.map((entry) => entry.index)).toEqual([3, 4]);
  });

  test("rule 5: commitIndex follows the leader's, but not past the last new entry", () => {
    const node = new LoneNode({ log: [1, 1, 1, 1, 1] });
    node.hear("n2", appendEntries(1, [1, 1], entriesOf([1], 2), 1));
    expect(node.raft.commitIndex).toBe(1);
    node.hear("n2", appendEntries(1, [2, 1], entriesOf([1], 3), 9));
    expect(node.raft.commitIndex).toBe(3);
    node.hear("n2", appendEntries(1, [3, 1], [], 2));
    expect(node.raft.commitIndex).toBe(3);
  });
});

describe("fig. 2, Rules for Servers, all servers", () => {
  test("§5.3: what is committed is applied, in order", () => {
    const node = new LoneNode();
    const effects = [
      ...node.hear("n2", appendEntries(1, [0, 0], entriesOf([1, 1]), 0)),
      ...node.hear("n2", heartbeat(1, 1, 1)),
      ...node.hear("n2", heartbeat(1, 2, 2)),
    ];
    expect(appliedBy(effects)).toEqual(["1/1", "2/1"]);
  });
});

describe("fig. 2, Rules for Servers, leaders", () => {
  test("on election: nextIndex is the last index + 1, matchIndex 0", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.elect();
    for (const follower of node.raft.followers()) expect(follower).toMatchObject({ nextIndex: 4, matchIndex: 0 });
  });

  test("§5.3: a command is appended to the log, and answered when it is applied", () => {
    const node = new LoneNode();
    node.elect();
    expect(effectOf(node.propose(command), "save").entries).toMatchObject([{ index: 2, term: 1, data: command }]);
    expect(appliedBy(node.hear("n2", accepted(1, 2)))).toEqual(["1/1", "2/1"]);
  });

  test("§5.3: a follower that lacks entries is sent them from nextIndex on", () => {
    const node = new LoneNode();
    node.elect();
    node.hear("n2", accepted(1, 1));
    expect(messagesTo(node.propose(command), "n2")).toMatchObject([
      { type: "append-entries", term: 1, prevIndex: 1, prevTerm: 1, entries: [{ index: 2 }], commitIndex: 1 },
    ]);
  });

  test("§5.3: success raises nextIndex and matchIndex", () => {
    const node = new LoneNode({ log: [1, 1] });
    node.elect();
    node.hear("n2", accepted(2, 3));
    expect(node.raft.followers()[0]).toMatchObject({ id: "n2", matchIndex: 3, nextIndex: 4 });
  });

  test("§5.3: failure lowers nextIndex, and the leader tries again", () => {
    const node = new LoneNode({ log: [1, 1] });
    node.elect();
    const effects = node.hear("n2", rejected(2, 2, [1, 1]));
    expect(messagesTo(effects, "n2")).toMatchObject([{ prevIndex: 1, entries: [{ index: 2 }, { index: 3 }] }]);
  });

  test("§5.3, §5.4: what a majority holds, of its own term, is committed", () => {
    const node = new LoneNode({ membership: quintet });
    node.elect();
    node.propose(command);
    node.hear("n2", accepted(1, 2));
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n3", accepted(1, 1));
    expect(node.raft.commitIndex).toBe(1);
    expect(effectOf(node.hear("n3", accepted(1, 2)), "commit").index).toBe(2);
  });

  test("§5.4.2: leaders append only; what an earlier one left stays", () => {
    const node = new LoneNode({ log: [1, 1, 2] });
    node.elect();
    node.propose(command);
    expect(node.terms).toEqual([1, 1, 2, 3, 3]);
  });

  test("§8: a leader begins its term with a no-op", () => {
    const node = new LoneNode({ log: [1, 1] });
    expect(effectsOf(node.elect(), "save").at(-1)?.entries).toMatchObject([{ index: 3, term: 2, kind: "no-op" }]);
  });

  test("diss. §10.2.1: the leader sends before its own write is durable, and counts itself only after", () => {
    const node = new LoneNode();
    node.elect();
    node.hear("n2", accepted(1, 1));
    const { before } = aroundSave(node.step({ type: "propose", id: 1, commands: [command] }));
    expect(before.map((effect) => effect.type)).toEqual(["accepted", "send"]);
    expect(node.step({ type: "message", from: "n2", message: accepted(1, 2) })).toEqual([]);
    expect(effectOf(node.completeSaves(), "commit").index).toBe(2);
  });

  test("diss. §10.2.1: two followers are a majority without the leader's own disk", () => {
    const node = new LoneNode();
    node.elect();
    node.step({ type: "propose", id: 1, commands: [command] });
    node.step({ type: "message", from: "n2", message: accepted(1, 2) });
    const effects = node.step({ type: "message", from: "n3", message: accepted(1, 2) });
    expect(effectOf(effects, "commit").index).toBe(2);
  });
});

/** Plays the leader's part against a follower until the follower accepts; how many messages it took. */
function bringIntoLine(leader: LoneNode, follower: LoneNode): number {
  let count = 0;
  let toFollower = messagesTo(leader.elect(), "n2");
  while (toFollower.length > 0) {
    const replies = toFollower
      .filter((message) => message.type === "append-entries")
      .flatMap((message) => messagesTo(follower.hear("n1", message), "n1"));
    count += replies.length;
    toFollower = replies.flatMap((reply) => messagesTo(leader.hear("n2", reply), "n2"));
  }
  return count;
}

describe("fig. 7: the leader of term 8 brings every follower into line", () => {
  const leaderLog = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

  test.each([
    ["a", [1, 1, 1, 4, 4, 5, 5, 6, 6]],
    ["b", [1, 1, 1, 4]],
    ["c", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6]],
    ["d", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]],
    ["e", [1, 1, 1, 4, 4, 4, 4]],
    ["f", [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]],
  ])("follower (%s)", (_, log) => {
    const hardState = { term: 7, votedFor: undefined };
    const leader = new LoneNode({ log: leaderLog, hardState });
    const follower = new LoneNode({ id: "n2", log, hardState });
    const count = bringIntoLine(leader, follower);
    expect(leader.raft.term).toBe(8);
    expect(follower.terms).toEqual([...leaderLog, 8]);
    expect(leader.raft.followers()[0]).toMatchObject({ matchIndex: 11, state: "replicate" });
    // §5.3, end: at most one probe for each term in which the logs part, then the entries.
    expect(count).toBeLessThanOrEqual(3);
  });

  test("backtracking skips whole terms: thirty divergent entries of two terms cost two probes, not thirty", () => {
    const repeat = (term: number, count: number): readonly number[] => Array.from({ length: count }, () => term);
    const hardState = { term: 7, votedFor: undefined };
    const leader = new LoneNode({ log: [1, ...repeat(4, 15), ...repeat(6, 15)], hardState });
    const follower = new LoneNode({ id: "n2", log: [1, ...repeat(2, 15), ...repeat(5, 15)], hardState });
    expect(bringIntoLine(leader, follower)).toBeLessThanOrEqual(3);
    expect(follower.terms).toEqual([1, ...repeat(4, 15), ...repeat(6, 15), 8]);
  });
});

describe("fig. 8: entries of an earlier term are not committed by counting", () => {
  /** S1 of the figure, (c): leads term 4; entry 2 of term 2 is in its log, and in those of two others. */
  function s1(): LoneNode {
    const node = new LoneNode({ log: [1, 2], hardState: { term: 3, votedFor: undefined }, membership: quintet });
    node.elect(["n2", "n3"]);
    expect(node.raft.term).toBe(4);
    return node;
  }

  const upTo = (index: number) => (node: LoneNode) => {
    node.hear("n2", accepted(4, index));
    return node.hear("n3", accepted(4, index));
  };

  test("(c): a majority holds entry 2, and still it is not committed", () => {
    const node = s1();
    expect(effectsOf(upTo(2)(node), "commit")).toEqual([]);
    expect(node.raft.commitIndex).toBe(0);
  });

  test("(d): so that another leader may still overwrite it", () => {
    const node = s1();
    upTo(2)(node);
    const s5: readonly Entry[] = entriesOf([3], 2);
    node.hear("n5", appendEntries(5, [1, 1], s5));
    expect(node.terms).toEqual([1, 3]);
  });

  test("(e): an entry of its own term commits it along", () => {
    const node = s1();
    expect(effectOf(upTo(3)(node), "commit").index).toBe(3);
  });
});
