import { describe, expect, test } from "vitest";
import { type FuzzOptions, fuzz } from "./cluster.ts";

const SEEDS = Number(process.env["FUZZ_SEEDS"] ?? 60);
const FIRST = Number(process.env["FUZZ_FIRST"] ?? 1);
const STEPS = Number(process.env["FUZZ_STEPS"] ?? 6000);

/** Runs every seed; a failure names the one to run again alone, with FUZZ_FIRST=seed FUZZ_SEEDS=1. */
function runSeeds(options: Omit<FuzzOptions, "seed">, seeds: number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (let seed = FIRST; seed < FIRST + seeds; seed += 1) {
    try {
      const report = fuzz({ ...options, seed });
      for (const [name, count] of Object.entries(report)) sums[name] = (sums[name] ?? 0) + count;
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
    const sums = runSeeds({ ...options, steps: STEPS }, SEEDS);
    expect(sums["commits"]).toBeGreaterThan(10 * SEEDS);
    expect(sums["elections"]).toBeGreaterThanOrEqual(SEEDS);
    expect(sums["reads"]).toBeGreaterThan(0);
    if (options.nodes >= 3) expect(sums["snapshotsInstalled"]).toBeGreaterThan(0);
    console.info(JSON.stringify(options), JSON.stringify(sums));
  });

  test.each([
    { nodes: 3, spares: 2 },
    { nodes: 3, spares: 3, leaseDriftMax: 0.1 },
    { nodes: 5, spares: 1, preVote: false },
    { nodes: 3, spares: 2, preVote: false, leaseDriftMax: 0.1 },
    { nodes: 2, spares: 2, checkQuorum: false },
  ])("stay safe and live while members change, the lead is handed over, and disks are lost: %o", (options) => {
    // A change takes its time: fewer seeds, but longer ones.
    const sums = runSeeds({ ...options, steps: 3 * STEPS }, SEEDS / 2);
    console.info(JSON.stringify(options), JSON.stringify(sums));
    expect(sums["membersChanged"]).toBeGreaterThan(SEEDS / 2);
    expect(sums["transferred"]).toBeGreaterThan(0);
    expect(sums["wiped"]).toBeGreaterThan(0);
    expect(sums["reads"]).toBeGreaterThan(0);
  });
});
