import { describe, expect, test } from "vitest";
import { cutState } from "../../src/ring/cut-state.ts";
import { leadersOf } from "../../src/ring/ring-center.tsx";
import { votesOf } from "../../src/ring/votes.tsx";
import { nodeOf, viewOf } from "../support/views.ts";

describe("votesOf", () => {
  test("a candidate has one per voter, and those that have not answered are awaited", () => {
    const node = nodeOf("n1", { role: "candidate", votes: { n1: true, n3: false } });
    expect(votesOf(node)).toEqual([
      { voter: "n1", state: "granted" },
      { voter: "n2", state: "awaited" },
      { voter: "n3", state: "refused" },
    ]);
  });

  test("in a joint configuration the voters of both count, each once", () => {
    const membership = { voters: ["n1", "n2"], outgoing: ["n2", "n3"], learners: ["n4"] };
    expect(votesOf(nodeOf("n1", { role: "pre-candidate", membership })).map(({ voter }) => voter)).toEqual([
      "n1",
      "n2",
      "n3",
    ]);
  });

  test("nobody else counts votes", () => {
    expect(votesOf(nodeOf("n1", { votes: { n1: true } }))).toEqual([]);
    expect(votesOf(nodeOf("n1", { role: "candidate", condition: "down" }))).toEqual([]);
  });
});

describe("leadersOf", () => {
  test("the leader of the latest term comes first; one that is down does not lead", () => {
    const nodes = [
      nodeOf("n1", { role: "leader", term: 2 }),
      nodeOf("n2", { role: "leader", term: 3 }),
      nodeOf("n3", { role: "leader", term: 4, condition: "down" }),
    ];
    expect(leadersOf(viewOf({ nodes })).map(({ id }) => id)).toEqual(["n2", "n1"]);
  });
});

describe("cutState", () => {
  const link = { a: "n1", b: "n2" };
  test.each([
    [[], "open"],
    [[{ from: "n1", to: "n2" }], "ab"],
    [[{ from: "n2", to: "n1" }], "ba"],
    [
      [
        { from: "n2", to: "n1" },
        { from: "n1", to: "n2" },
      ],
      "both",
    ],
    [[{ from: "n1", to: "n3" }], "open"],
  ])("%j is %s", (cuts, state) => {
    expect(cutState(link, cuts)).toBe(state);
  });
});
