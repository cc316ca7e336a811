import { describe, expect, test } from "vitest";
import { type Plan, type Plight, type TraceEntry, drawPlan, simulate } from "../../src/index.ts";

const SEEDS = Array.from({ length: 200 }, (_, at) => BigInt(at + 1));

const plights: readonly Plight[] = ["frozen", "dead", "cut-off", "mute", "deaf", "flapping", "hung"];

/** Five nodes, two of them in this plight at the end. */
function planWith(plight: Plight, seed: bigint, durationMs = 600): Plan {
  const { configuration, ...plan } = drawPlan(seed, "network", { nodes: 5, clients: 2, durationMs });
  const raft = { ...configuration.node.raft, preVote: true, checkQuorum: true };
  const outsiders = [
    { node: "n2", plight },
    { node: "n5", plight },
  ];
  return { ...plan, outsiders, configuration: { ...configuration, node: { ...configuration.node, raft } } };
}

/** The same cluster without what protects it from nodes that seek election for nothing. */
function unprotected(plan: Plan): Plan {
  const { configuration } = plan;
  const raft = { ...configuration.node.raft, preVote: false, checkQuorum: false };
  return { ...plan, configuration: { ...configuration, node: { ...configuration.node, raft } } };
}

describe("liveness with no more than a quorum", () => {
  test.each(plights)("three nodes work and agree while two others are %s, and then all five do", async (plight) => {
    for (const seed of [1n, 2n]) {
      const healed: TraceEntry[] = [];
      const sink = (entry: TraceEntry): unknown => entry.kind === "healed" && healed.push(entry);
      const { violation } = await simulate(planWith(plight, seed), { sink });
      expect(violation).toBeUndefined();
      expect(healed).toHaveLength(2);
    }
  });

  test("P25 without PreVote and CheckQuorum nodes that hear nobody depose every leader, which only a core notices", async () => {
    // Long enough for all founders to meet, without pre-votes, on bad links.
    const plan = unprotected(planWith("deaf", 1n, 3000));
    const { violation } = await simulate(plan);
    expect(violation?.invariant).toBe("liveness");
    expect(violation?.reason).toMatch(
      /^\d+ election timeouts after the faults, without n2, deaf; n5, deaf: (no leader stays|their logs are not equal)/,
    );
    expect((await simulate({ ...plan, outsiders: [] })).violation).toBeUndefined();
  });

  test("outsiders that leave no quorum are refused", async () => {
    const plan = planWith("dead", 1n);
    const outsiders = [...plan.outsiders, { node: "n1", plight: "dead" } as const];
    await expect(simulate({ ...plan, outsiders })).rejects.toThrow("the plan's outsiders leave 2 nodes, not 3");
  });

  test("half of the plans have outsiders, as many as leave a bare quorum, loud ones only where a cluster withstands them", () => {
    const plans = SEEDS.map((seed) => drawPlan(seed, "swarm"));
    const withOutsiders = plans.filter(({ outsiders }) => outsiders.length > 0);
    expect(withOutsiders.length).toBeGreaterThan(60);
    expect(withOutsiders.length).toBeLessThan(140);
    for (const { configuration, faults, outsiders } of withOutsiders) {
      const { nodes, node } = configuration;
      expect(new Set(outsiders.map((each) => each.node)).size).toBe(Math.floor((nodes.length - 1) / 2));
      expect(faults.map(({ type }) => type)).not.toContain("bit-rot");
      const isProtected = node.raft.preVote && node.raft.checkQuorum;
      const quiet = new Set<Plight>(["dead", "cut-off", "mute", "hung"]);
      if (!isProtected) expect(outsiders.every(({ plight }) => quiet.has(plight))).toBe(true);
    }
    expect(new Set(withOutsiders.flatMap(({ outsiders }) => outsiders.map(({ plight }) => plight)))).toEqual(
      new Set(plights),
    );
  });
});
