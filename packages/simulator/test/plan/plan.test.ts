import { describe, expect, test } from "vitest";
import { type FaultType, type Plan, type Profile, drawPlan, profiles, simulate } from "../../src/index.ts";
import { machinesOf } from "../../src/plan/configuration.ts";
import { isChange } from "../../src/plan/fault.ts";

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

  test("members change in about half of the swarm's plans, which have spare nodes, and never in calm ones or where data rots", () => {
    for (const profile of ["calm", "rot"] as const) {
      const plans = SEEDS.map((seed) => drawPlan(seed, profile));
      expect(
        plans.filter(({ configuration, faults }) => configuration.spares.length > 0 || faults.some(isChange)),
      ).toEqual([]);
    }
    const changing = SEEDS.map((seed) => drawPlan(seed, "swarm")).filter(({ faults }) => faults.some(isChange));
    expect(changing.length).toBeGreaterThan(30);
    expect(changing.length).toBeLessThan(70);
    for (const { configuration, faults } of changing) {
      expect(configuration.spares.length).toBeGreaterThan(0);
      expect(configuration.priorities).not.toContain(0);
      expect(faults.filter(({ type }) => type === "bit-rot")).toEqual([]);
    }
  });

  test("clocks run within the bound on their drift where there are lease reads", () => {
    const configurations = SEEDS.map((seed) => drawPlan(seed, "swarm").configuration);
    const leasing = configurations.filter(({ node }) => node.raft.leaseDriftMax !== undefined);
    expect(leasing.length).toBeGreaterThan(20);
    for (const { clocks, node } of leasing) {
      const { checkQuorum, leaseDriftMax = 0 } = node.raft;
      expect(checkQuorum).toBe(true);
      for (const { rate } of clocks) expect(Math.abs(1 - rate)).toBeLessThan(leaseDriftMax + 1e-9);
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
      expect(side.length).toBeLessThan(machinesOf(configuration).length - 1);
      expect(side).not.toContain(bridge);
    }
  });

  test("P19, P46 disks fail on every node, also where there are one or two, and on whoever leads", () => {
    for (const type of ["disk-error", "disk-full", "disk-hang"] as const) {
      for (const nodes of [1, 2, 5]) {
        const plans = SEEDS.map((seed) => drawPlan(seed, "disk", { nodes }));
        const hit = plans.flatMap(({ faults }) => faults.flatMap((fault) => (fault.type === type ? [fault.node] : [])));
        expect(new Set(hit).size).toBeGreaterThan(nodes);
        expect(hit).toContain("leader");
      }
    }
  });

  test("data rots on one node only", () => {
    for (const seed of SEEDS) {
      const { faults } = drawPlan(seed, "rot");
      expect(new Set(faults.flatMap((fault) => (fault.type === "bit-rot" ? [fault.node] : []))).size).toBeLessThan(2);
    }
  });
});

describe("what cannot be drawn or played is refused by name", () => {
  test.each([
    [-1n, "calm", {}, "seed is -1, but must be from 0 to 2^64 - 1"],
    [2n ** 64n, "calm", {}, "seed is 18446744073709551616, but must be from 0 to 2^64 - 1"],
    [1n, "chaos", {}, 'profile is "chaos", but must be one of calm, network, disk, swarm, rot'],
    [1n, "calm", { nodes: 99 }, "nodes is 99, but must be an integer from 1 to 9"],
    [1n, "calm", { clients: 0 }, "clients is 0, but must be an integer from 1 to 100"],
    [1n, "calm", { durationMs: 1.5 }, "durationMs is 1.5, but must be an integer from 1 to 3600000"],
  ])("drawPlan(%s, %s, %o)", (seed, profile, choices, message) => {
    expect(() => drawPlan(seed, profile as Profile, choices)).toThrow(new TypeError(message));
  });

  const plan = drawPlan(3n, "swarm");
  const { configuration } = plan;
  test.each([
    [{ ...plan, version: 9 }, "plan.version is 9, but must be 1: no other is known here"],
    [{ ...plan, seed: "3" }, 'plan.seed is "3", but must be 16 hexadecimal digits'],
    [{ ...plan, profile: "chaos" }, 'plan.profile is "chaos", but must be one of calm, network, disk, swarm, rot'],
    [{ ...plan, faults: {} }, "plan.faults is {}, but must be a list"],
    [
      { ...plan, faults: [{ type: "pause", atMs: 1, node: "n1" }] },
      "plan.faults[0].forMs is undefined, but must be a number from 0 on",
    ],
    [
      { ...plan, faults: [{ type: "power-loss", atMs: 1, downMs: 1, nodes: ["n99"] }] },
      `plan.faults[0].nodes is ["n99"], but must be a list, each of it one of ${configuration.nodes.join(", ")}, leader`,
    ],
    [
      { ...plan, configuration: { ...configuration, nodes: ["a", "a"] } },
      'plan.configuration.nodes is ["a","a"], but must be a list of 1 to 9 different names',
    ],
    [
      { ...plan, configuration: { ...configuration, clocks: [] } },
      `plan.configuration.clocks is [], but must be a list of ${configuration.nodes.length}, one for each node`,
    ],
    [
      { ...plan, configuration: { ...configuration, link: { ...configuration.link, ordered: 1 } } },
      "plan.configuration.link.ordered is 1, but must be true or false",
    ],
  ])("a plan, number %#", async (bad, message) => {
    await expect(simulate(bad as Plan)).rejects.toThrow(new TypeError(message));
  });
});
