import { describe, expect, test } from "vitest";
import { messagesTo } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, appendEntries, requestPreVote, requestVote, voteReply } from "./harness/messages.ts";
import { configuration, entriesOf, membershipAt } from "./harness/stored.ts";

const before = configuration(["n1", "n2", "n3"]);
const after = configuration(["n1", "n4", "n5"]);

/** Knows of `after` by an entry that is neither committed nor applied. */
function appended(): LoneNode {
  const node = new LoneNode({ preVote: false, membership: before });
  node.hear("n2", appendEntries(1, [0, 0], [membershipAt(1, 1, after)]));
  return node;
}

describe("P21 the configuration that was appended last counts, applied or not", () => {
  test("a candidate asks its voters, and is elected by them alone", () => {
    const node = appended();
    const effects = node.timeOut();
    for (const id of ["n4", "n5"]) expect(messagesTo(effects, id)).toMatchObject([{ type: "request-vote", term: 2 }]);
    for (const id of ["n2", "n3"]) expect(messagesTo(effects, id)).toEqual([]);
    node.hear("n2", voteReply(2, true));
    node.hear("n3", voteReply(2, true));
    expect(node.raft.role).toBe("candidate");
    node.hear("n4", voteReply(2, true));
    expect(node.raft.role).toBe("leader");
  });

  test("a leader commits by its majority alone", () => {
    const node = appended();
    node.elect(["n4", "n5"]);
    for (const id of ["n2", "n3"]) node.hear(id, accepted(2, 2));
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n4", accepted(2, 2));
    expect(node.raft.commitIndex).toBe(2);
  });

  test("it counts for nothing any more once its entry is cut", () => {
    const node = appended();
    node.hear("n3", appendEntries(2, [0, 0], entriesOf([2])));
    node.elect(["n2", "n3"]);
    expect(node.raft.membership).toEqual(before);
    node.hear("n4", accepted(3, 2));
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n2", accepted(3, 2));
    expect(node.raft.commitIndex).toBe(2);
  });
});

describe("P25 a node that was removed, or cut off, and does not know it", () => {
  test.each([requestPreVote(9, [9, 8]), requestVote(9, [9, 8])])(
    "cannot depose a leader that works by asking it (pre: $pre)",
    (request) => {
      const node = new LoneNode({ log: [1] });
      node.elect();
      const { term } = node.raft;
      node.hear("n3", request);
      expect(node.raft.role).toBe("leader");
      expect(node.raft.term).toBe(term);
    },
  );
});
