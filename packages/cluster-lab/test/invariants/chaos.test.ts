import { describe, expect, test } from "vitest";
import { type GivenOptions, type InvariantName, Lab } from "../../src/index.ts";
import { type Weights, chaos, everything } from "../support/chaos.ts";

interface Trial {
  readonly seed: number;
  readonly nodes: number;
  readonly options?: GivenOptions;
  readonly weights: Weights;
}

/** What is broken when everything has happened, if anything is. */
async function outcome({ seed, nodes, options = {}, weights }: Trial): Promise<InvariantName | undefined> {
  const lab = await Lab.open({ seed: seed.toString(16), nodes, options, frameEveryMs: 1e9 });
  await lab.runUntil(1500);
  await chaos(lab, { seed: BigInt(seed), actions: 80, weights, pauseMsMax: 400 });
  // The clusters that nobody disturbs any more must come to rest.
  if (lab.violation === undefined) await lab.runUntil(lab.nowMs + 20_000);
  expect(lab.view().nodes.filter(({ condition }) => condition === "failed")).toEqual([]);
  return lab.violation?.invariant;
}

const crashes: Weights = { kill: 4, restart: 10, put: 10 };
const mixtures: readonly Weights[] = [
  everything,
  { ...everything, clock: 2 },
  { kill: 6, restart: 12, "force-election": 10, put: 4, link: 2, partition: 3, "heal-all": 2, pause: 3, resume: 4 },
  {
    kill: 3,
    restart: 5,
    wipe: 1,
    put: 5,
    "change-members": 5,
    "start-spare": 1,
    transfer: 3,
    partition: 1,
    "heal-all": 3,
  },
];

describe("with sound adapters no invariant is broken", () => {
  test.each(Array.from({ length: 48 }, (_, at) => at + 1))("seed %i", async (seed) => {
    const nodes = [3, 5, 7][seed % 3] ?? 3;
    const options = seed % 2 === 0 ? { snapshotEveryEntries: 4 } : {};
    expect(await outcome({ seed, nodes, options, weights: mixtures[seed % 4] ?? everything })).toBeUndefined();
  });
});

describe("what is broken on purpose is found by chance, too, within a few seeds", () => {
  test.each<[string, InvariantName, Omit<Trial, "seed">]>([
    [
      "acknowledges-early",
      "committed-never-lost",
      { nodes: 3, options: { storage: "acknowledges-early" }, weights: crashes },
    ],
    [
      "acknowledges-early",
      "committed-never-lost",
      { nodes: 5, options: { storage: "acknowledges-early" }, weights: crashes },
    ],
    [
      "preVote: false",
      "no-disruption",
      { nodes: 3, options: { preVote: false }, weights: { "heal-all": 2, partition: 3, put: 4 } },
    ],
    [
      "randomTimeouts: false",
      "elections-succeed",
      { nodes: 5, options: { randomTimeouts: false, delayMinMs: 15, delayMaxMs: 15 }, weights: { put: 1 } },
    ],
  ])("%s breaks %s", async (_name, invariant, trial) => {
    const found: (InvariantName | undefined)[] = [];
    for (let seed = 1; seed <= 8 && found.at(-1) === undefined; seed += 1)
      found.push(await outcome({ ...trial, seed }));
    expect(found.at(-1)).toBe(invariant);
  });

  test("what keeps a cluster useful is not checked where it is not wanted", async () => {
    const options = { randomTimeouts: false, delayMinMs: 15, delayMaxMs: 15, liveness: false };
    expect(await outcome({ seed: 1, nodes: 3, options, weights: { put: 1 } })).toBeUndefined();
  });
});
