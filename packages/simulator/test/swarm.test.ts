import { expect, test } from "vitest";
import { type Mark, Tally, drawPlan, simulate, summaryOf } from "../src/index.ts";

const SEEDS = 200;

/** What a few hundred seeds of any honest simulator get into. */
const EXPECTED: readonly Mark[] = [
  "uncommitted entries overwritten by a new leader",
  "entry of an older term committed indirectly",
  "leader crashed between append and acknowledgement",
  "vote persisted but the grant lost",
  "split vote",
  "acknowledgement from a previous term arrived",
  "append arrived whose prev is inside the snapshot",
  "read asked of a leader before it committed in its term",
  "no space, then recovery",
  "node stopped by a failed sync",
  "torn tail cut off",
  "recovery interrupted",
  "whole cluster without power at once",
  "node restarted without a snapshot",
  "node restarted from a snapshot",
  "former leader restarted as a follower",
  "former leader restarted and elected again",
  "single node",
  "outcome unknown told to a client",
];

test(
  `${SEEDS} seeds of the swarm keep every invariant and get into every situation`,
  { timeout: 300_000 },
  async () => {
    const tally = new Tally();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      tally.add(summaryOf(await simulate(drawPlan(BigInt(seed), "swarm", { durationMs: 2500 }))));
    }
    expect(tally.failures).toEqual([]);
    expect(EXPECTED.filter((mark) => tally.mark(mark) === 0)).toEqual([]);
    expect(tally.statistics.counts.snapshotsInstalled).toBeGreaterThan(20);
  },
);
