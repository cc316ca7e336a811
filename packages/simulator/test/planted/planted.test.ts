import { describe, expect, test } from "vitest";
import { type Hooks, type Profile, type Violation, drawPlan, simulate } from "../../src/index.ts";
import * as bugs from "./bugs.ts";

/** The first violation in so many seeds, each of them short where there are many. */
async function hunt(hooks: Hooks, profile: Profile, seeds: number): Promise<Violation | undefined> {
  const choices = seeds > 10 ? { durationMs: 1500 } : {};
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violation } = await simulate(drawPlan(BigInt(seed), profile, choices), { hooks });
    if (violation !== undefined) return violation;
  }
  return undefined;
}

/** The hunt's end is its number of seeds; a busy machine takes its time. */
const timeout = 300_000;

describe("planted bugs are found, and called by their name", { timeout }, () => {
  test.each([
    {
      bug: "P10: a storage that resolves too early",
      hooks: bugs.resolvesTooEarly,
      profile: "disk",
      seeds: 5,
      by: ["I9"],
    },
    { bug: "P10: a storage that forgets the vote", hooks: bugs.forgetsVotes, profile: "disk", seeds: 5, by: ["I18"] },
    {
      bug: "P12: a storage that loses the end of a write",
      hooks: bugs.losesEnds,
      profile: "disk",
      seeds: 10,
      by: ["I9", "I17"],
    },
    {
      bug: "P54: a state machine that depends on its node",
      hooks: bugs.dependsOnTheNode,
      profile: "calm",
      seeds: 5,
      // Its answers are wrong as soon as its state is.
      by: ["I6", "I14"],
    },
    {
      bug: "P31: reads of an earlier state",
      hooks: bugs.answersFromThePast,
      profile: "calm",
      seeds: 5,
      by: ["I14"],
    },
    {
      bug: "P43: acknowledgements of too much",
      hooks: bugs.acknowledgesTooMuch,
      profile: "swarm",
      seeds: 10,
      by: ["I7"],
    },
    {
      bug: "reads of what a key held before, as of now",
      hooks: bugs.mixesPastAndPresent,
      profile: "calm",
      seeds: 5,
      by: ["I14"],
    },
    {
      bug: "§5.4.1: candidates that boast of their log",
      hooks: bugs.boastsOfItsLog,
      profile: "swarm",
      seeds: 60,
      by: ["I5", "I1"],
    },
    {
      bug: "a storage that never comes to rest",
      hooks: bugs.readsForEver,
      profile: "calm",
      seeds: 1,
      by: ["I15"],
    },
    {
      bug: "P11: votes for everybody",
      hooks: bugs.grantsEveryVote,
      profile: "swarm",
      seeds: 60,
      by: ["I1", "I4", "I5"],
    },
  ] as const)("$bug", async ({ hooks, profile, seeds, by }) => {
    const violation = await hunt(hooks, profile, seeds);
    expect(violation?.reason).toBeDefined();
    expect(by).toContain(violation?.invariant);
  });
});
