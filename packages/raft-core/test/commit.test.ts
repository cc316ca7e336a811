import { describe, expect, test } from "vitest";
import { effectOf, effectsOf } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat } from "./harness/messages.ts";
import { bytesOf, configuration, entriesOf, quintet } from "./harness/stored.ts";

describe("a leader's commit index", () => {
  test("follows the majority, in whatever order the acknowledgements come", () => {
    const node = new LoneNode({ membership: quintet });
    node.elect();
    node.propose(bytesOf("x"), bytesOf("y"), bytesOf("z"));
    const acknowledgements = [
      ["n5", 4, 0],
      ["n2", 1, 1],
      ["n3", 3, 3],
      ["n2", 4, 4],
      ["n4", 2, 4],
    ] as const;
    for (const [from, matchIndex, commitIndex] of acknowledgements) {
      node.hear(from, accepted(1, matchIndex));
      expect(node.raft.commitIndex, `${from} holds ${matchIndex}`).toBe(commitIndex);
    }
  });

  test("never falls, though an acknowledgement be repeated or overtaken", () => {
    const node = new LoneNode();
    node.elect();
    node.propose(bytesOf("x"), bytesOf("y"));
    node.hear("n2", accepted(1, 3));
    for (const matchIndex of [1, 2, 3, 0])
      expect(effectsOf(node.hear("n2", accepted(1, matchIndex)), "commit")).toEqual([]);
    expect(node.raft.commitIndex).toBe(3);
  });

  test("a leader that is no voter any more does not count itself", () => {
    const node = new LoneNode({ log: [1], membership: configuration(["n1", "n2"], { outgoing: ["n2", "n3"] }) });
    node.elect(["n2", "n3"]);
    node.hear("n3", accepted(2, 2));
    expect(node.raft.commitIndex).toBe(0);
    expect(effectOf(node.hear("n2", accepted(2, 2)), "commit").index).toBe(2);
  });

  test("is told once for each time it rises", () => {
    const node = new LoneNode();
    node.elect();
    node.propose(bytesOf("x"), bytesOf("y"));
    const effects = [
      ...node.hear("n2", accepted(1, 2)),
      ...node.hear("n3", accepted(1, 3)),
      ...node.hear("n2", accepted(1, 3)),
    ];
    expect(effectsOf(effects, "commit").map((commit) => commit.index)).toEqual([2, 3]);
  });
});

describe("a follower's commit index", () => {
  test("a heartbeat raises it over what the leader has verified, and no further", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    expect(effectsOf(node.hear("n2", heartbeat(1, 1, 3)), "commit")).toEqual([]);
    node.hear("n2", appendEntries(1, [2, 1]));
    expect(effectOf(node.hear("n2", heartbeat(1, 2, 3)), "commit").index).toBe(2);
  });

  test("what one leader verified says nothing for the next", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.hear("n2", appendEntries(1, [3, 1]));
    expect(effectsOf(node.hear("n3", heartbeat(2, 1, 3)), "commit")).toEqual([]);
  });

  test("nor does what it had sent as a leader itself", () => {
    const node = new LoneNode();
    node.elect();
    node.propose(bytesOf("x"));
    expect(effectsOf(node.hear("n3", heartbeat(2, 1, 2)), "commit")).toEqual([]);
    node.hear("n3", appendEntries(2, [0, 0], entriesOf([2])));
    expect(effectOf(node.hear("n3", heartbeat(2, 2, 2)), "commit").index).toBe(1);
  });
});
