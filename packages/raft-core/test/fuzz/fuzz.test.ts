import { describe, expect, test } from "vitest";
import { fuzz } from "./cluster.ts";

const SEEDS = Number(process.env["FUZZ_SEEDS"] ?? 60);
const FIRST = Number(process.env["FUZZ_FIRST"] ?? 1);
const STEPS = Number(process.env["FUZZ_STEPS"] ?? 6000);

/** Runs every seed; a failure names the one to run again alone, with FUZZ_FIRST=seed FUZZ_SEEDS=1. */
function runSeeds(options: { nodes: number; preVote?: boolean; checkQuorum?: boolean }): Record<string, number> {
  const sums = { commits: 0, elections: 0, reads: 0, snapshotsInstalled: 0 };
  for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
    try {
      const report = fuzz({ ...options, seed, steps: STEPS });
      sums.commits += report.commits;
      sums.elections += report.elections;
      sums.reads += report.reads;
      sums.snapshotsInstalled += report.snapshotsInstalled;
    } catch (error) {
      throw new Error(`seed ${seed} with ${JSON.stringify(options)}`, { cause: error });
    }
  }
  return sums;
}

describe("cores under crashes, loss, repetition, reordering and one-way cuts", () => {
  test.each([
    { nodes: 1 },
    { nodes: 2 },
    { nodes: 3 },
    { nodes: 5 },
    { nodes: 3, preVote: false },
    { nodes: 5, preVote: false, checkQuorum: false },
    { nodes: 3, checkQuorum: false },
  ])("stay safe, and live once the faults stop: %o", (options) => {
    const sums = runSeeds(options);
    expect(sums["commits"]).toBeGreaterThan(10 * SEEDS);
    expect(sums["elections"]).toBeGreaterThanOrEqual(SEEDS);
    expect(sums["reads"]).toBeGreaterThan(0);
    if (options.nodes >= 3) expect(sums["snapshotsInstalled"]).toBeGreaterThan(0);
    console.info(JSON.stringify(options), JSON.stringify(sums));
  });
});
