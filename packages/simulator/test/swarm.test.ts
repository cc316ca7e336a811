import { expect, test } from "vitest";
import { Tally, drawPlan, simulate, summaryOf } from "../src/index.ts";

const SEEDS = 200;

test(
  `${SEEDS} seeds of the swarm keep every invariant and get into every situation`,
  { timeout: 300_000 },
  async () => {
    const tally = new Tally();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      tally.add(summaryOf(await simulate(drawPlan(BigInt(seed), "swarm", { durationMs: 2500 }))));
    }
    expect(tally.failures).toEqual([]);
    expect(tally.unreached).toEqual([]);
    expect(tally.statistics.counts.snapshotsInstalled).toBeGreaterThan(20);
  },
);
