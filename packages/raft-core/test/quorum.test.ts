import { describe, expect, test } from "vitest";
import type { Membership, NodeId } from "../src/index.ts";
import { isQuorum, quorumValue, voteResult } from "../src/quorum.ts";
import { fc } from "./harness/properties.ts";
import { configuration } from "./harness/stored.ts";

/** Every subset of `items`. */
function subsetsOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<T[][]>((all, item) => [...all, ...all.map((subset) => [...subset, item])], [[]]);
}

/** The second implementation, naive on purpose: more than half, of each configuration that there is. */
function agree(membership: Membership, those: readonly NodeId[]): boolean {
  const { voters, outgoing } = membership;
  const configurations = outgoing.length > 0 ? [voters, outgoing] : [voters];
  return configurations.every((ids) => ids.filter((id) => those.includes(id)).length * 2 > ids.length);
}

function everyone(membership: Membership): readonly NodeId[] {
  return [...new Set([...membership.voters, ...membership.outgoing, ...membership.learners])];
}

const names = ["n1", "n2", "n3", "n4", "n5", "n6"];
const memberships: fc.Arbitrary<Membership> = fc
  .record({
    voters: fc.subarray(names, { minLength: 1, maxLength: 5 }),
    outgoing: fc.subarray(names, { maxLength: 4 }),
    learners: fc.subarray(["l1", "l2"]),
  })
  .map(({ voters, outgoing, learners }) => configuration(voters, { outgoing, learners }));

/** A value for each of `names`, by its place. */
const values = fc.array(fc.nat({ max: 9 }), { minLength: 8, maxLength: 8 });
const valueFrom =
  (numbers: readonly number[]) =>
  (id: NodeId): number =>
    numbers[[...names, "l1", "l2"].indexOf(id)] ?? 0;

describe("P47 quorum arithmetic, against a naive second implementation", () => {
  test("isQuorum, over all subsets of the members", () => {
    fc.assert(
      fc.property(memberships, (membership) => {
        for (const those of subsetsOf(everyone(membership))) {
          expect(isQuorum(membership, (id) => those.includes(id))).toBe(agree(membership, those));
        }
      }),
    );
  });

  test("two quorums of one configuration, joint or not, always share a voter", () => {
    fc.assert(
      fc.property(memberships, (membership) => {
        const voters = everyone({ ...membership, learners: [] });
        const quorums = subsetsOf(voters).filter((those) => isQuorum(membership, (id) => those.includes(id)));
        for (const one of quorums) {
          for (const other of quorums) expect(one.some((id) => other.includes(id))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("voteResult: won by a quorum, lost when no further vote could win it", () => {
    const votes = fc.array(fc.option(fc.boolean()), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(memberships, votes, (membership, answers) => {
        const given = new Map<NodeId, boolean>();
        for (const [at, id] of [...names, "l1", "l2"].entries()) {
          const answer = answers[at];
          if (typeof answer === "boolean") given.set(id, answer);
        }
        const yes = [...given].filter(([, granted]) => granted).map(([id]) => id);
        const silent = everyone(membership).filter((id) => !given.has(id));
        const couldWin = subsetsOf(silent).some((more) => agree(membership, [...yes, ...more]));
        const expected = agree(membership, yes) ? "won" : couldWin ? "pending" : "lost";
        expect(voteResult(membership, given)).toBe(expected);
      }),
    );
  });

  test("quorumValue: the highest value that every needed majority has reached", () => {
    fc.assert(
      fc.property(memberships, values, (membership, numbers) => {
        const valueOf = valueFrom(numbers);
        const reached = (value: number): boolean =>
          agree(
            membership,
            everyone(membership).filter((id) => valueOf(id) >= value),
          );
        const expected = Math.max(0, ...numbers.filter((value) => reached(value)));
        expect(quorumValue(membership, valueOf)).toBe(expected);
      }),
    );
  });

  test("quorumValue never falls while the values rise, in any order", () => {
    fc.assert(
      fc.property(memberships, fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(9))), (membership, updates) => {
        const reached = new Map<NodeId, number>();
        let before = 0;
        for (const [id, value] of updates) {
          reached.set(id, Math.max(value, reached.get(id) ?? 0));
          const now = quorumValue(membership, (each) => reached.get(each) ?? 0);
          expect(now).toBeGreaterThanOrEqual(before);
          before = now;
        }
      }),
    );
  });
});

describe("the cases at the edge", () => {
  test("P32 learners are never counted", () => {
    const membership = configuration(["n1", "n2", "n3"], { learners: ["n4", "n5", "n6", "n7"] });
    expect(isQuorum(membership, (id) => id === "n1" || id > "n3")).toBe(false);
    expect(quorumValue(membership, (id) => (id > "n3" ? 9 : 1))).toBe(1);
  });

  test("P23 a joint configuration needs both majorities", () => {
    const membership = configuration(["n1", "n2", "n3"], { outgoing: ["n4", "n5", "n6"] });
    const has = (...those: readonly NodeId[]): boolean => isQuorum(membership, (id) => those.includes(id));
    expect(has("n1", "n2", "n3", "n4")).toBe(false);
    expect(has("n1", "n4", "n5", "n6")).toBe(false);
    expect(has("n1", "n2", "n4", "n5")).toBe(true);
  });

  test("no voters have no quorum, and commit nothing", () => {
    const nobody = configuration([]);
    expect(isQuorum(nobody, () => true)).toBe(false);
    expect(voteResult(nobody, new Map())).toBe("lost");
    expect(quorumValue(nobody, () => 9)).toBe(0);
  });

  test("half is no majority", () => {
    const membership = configuration(["n1", "n2", "n3", "n4"]);
    expect(isQuorum(membership, (id) => id <= "n2")).toBe(false);
    expect(quorumValue(membership, (id) => (id <= "n2" ? 9 : 1))).toBe(1);
  });
});
