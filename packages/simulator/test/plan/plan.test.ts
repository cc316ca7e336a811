import { describe, expect, test } from "vitest";
import { type FaultType, drawPlan, profiles } from "../../src/index.ts";

const SEEDS = Array.from({ length: 100 }, (_, at) => BigInt(at + 1));

describe("plans", () => {
  test.each(profiles)("%s: the same seed gives the same plan, in the order of time, through JSON, too", (profile) => {
    for (const seed of SEEDS) {
      const plan = drawPlan(seed, profile);
      expect(drawPlan(seed, profile)).toEqual(plan);
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      expect(plan.faults).toEqual(plan.faults.toSorted((a, b) => a.atMs - b.atMs));
    }
  });

  test("nothing goes wrong in a calm plan", () => {
    expect(SEEDS.flatMap((seed) => drawPlan(seed, "calm").faults)).toEqual([]);
  });

  test("what is chosen is not drawn, and the rest stays as it was", () => {
    const drawn = drawPlan(3n, "swarm");
    const chosen = drawPlan(3n, "swarm", { clients: 77 });
    expect(chosen.configuration.workload).toEqual({ ...drawn.configuration.workload, clients: 77 });
    expect(chosen.configuration.node).toEqual(drawn.configuration.node);
    expect(drawPlan(3n, "swarm", { nodes: 7 }).configuration.nodes).toHaveLength(7);
  });

  test("the swarm's plans are of many kinds: each kind of fault is in some and not in others", () => {
    const kinds = SEEDS.map((seed) => new Set<FaultType>(drawPlan(seed, "swarm").faults.map(({ type }) => type)));
    for (const type of ["cut", "partition", "weather", "kill", "power-loss", "pause", "disk-error"] as const) {
      const count = kinds.filter((each) => each.has(type)).length;
      expect(count).toBeGreaterThan(10);
      expect(count).toBeLessThan(90);
    }
  });

  test("a partial partition has nodes on both sides, and the bridge on neither", () => {
    const partial = SEEDS.flatMap((seed) => {
      const { configuration, faults } = drawPlan(seed, "network");
      return faults.flatMap((fault) => (fault.type === "partial-partition" ? [{ ...fault, configuration }] : []));
    });
    expect(partial.length).toBeGreaterThan(100);
    for (const { bridge, side, configuration } of partial) {
      expect(side.length).toBeGreaterThan(0);
      expect(side.length).toBeLessThan(configuration.nodes.length - 1);
      expect(side).not.toContain(bridge);
    }
  });

  test("disks that stop their node are a minority, so that a majority always can go on", () => {
    for (const seed of SEEDS) {
      const { configuration, faults } = drawPlan(seed, "disk");
      const frail = faults.flatMap((fault) =>
        fault.type === "disk-error" || fault.type === "disk-full" ? [fault.node] : [],
      );
      expect(new Set(frail).size).toBeLessThanOrEqual((configuration.nodes.length - 1) / 2);
    }
  });
});
