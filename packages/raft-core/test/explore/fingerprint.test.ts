import { describe, expect, test } from "vitest";
import { Fingerprint, permutationsOf } from "./fingerprint.ts";

const ids = ["n1", "n2", "n3"];

/** The same value with the nodes called otherwise. */
function renamed([first, second, third]: readonly string[]): object {
  return {
    id: first,
    term: 3,
    votes: new Map([
      [second, true],
      [third, false],
    ]),
    log: [{ index: 1, data: new Uint8Array([7]) }],
    leader: undefined,
  };
}

describe("Fingerprint", () => {
  const fingerprint = new Fingerprint(ids, ["options"]);

  test("of a renamed value is that of the value under the same exchange of names", () => {
    const permutations = permutationsOf([0, 1, 2]);
    expect(permutations).toHaveLength(6);
    for (const permutation of permutations) {
      const names = permutation.map((to) => ids[to] ?? "");
      expect(fingerprint.of(renamed(names), [0, 1, 2])).toEqual(fingerprint.of(renamed(ids), permutation));
    }
  });

  test("tells values apart, and names", () => {
    const value = renamed(ids);
    const different = [
      { ...value, term: 4 },
      { ...value, leader: "n1" },
      { ...value, votes: new Map([["n2", true]]) },
      { ...value, log: [] },
      renamed(["n2", "n1", "n3"]),
      renamed(["n1", "n3", "n2"]),
    ];
    const hashes = [value, ...different].map((each) => fingerprint.of(each, []).join(" "));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("does not depend on the order in which a map was filled, nor on what is constant", () => {
    const one = { votes: new Map(ids.map((id) => [id, true])), options: 1 };
    const other = { votes: new Map(ids.toReversed().map((id) => [id, true])), options: 2 };
    expect(fingerprint.of(one, [])).toEqual(fingerprint.of(other, []));
  });
});
