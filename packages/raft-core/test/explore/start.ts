import type { Bounds } from "./bounds.ts";
import { Cluster, beginning } from "./cluster.ts";
import { nothing } from "./invariants.ts";
import type { Step } from "./step.ts";
import type { World } from "./world.ts";

/** Where an exploration begins. */
export interface Start {
  readonly locals: readonly number[];
  readonly packets: readonly number[];
  readonly elections: number;
  readonly commits: number;
}

/** Leads the cluster there. Each step stands in `prefix` before it is taken. */
export function startOf(world: World, { start }: Bounds, prefix: Step[]): Start {
  const cluster = new Cluster(world);
  for (const step of beginning(cluster, start)) {
    prefix.push(step);
    cluster.take(step);
  }
  const { locals, packets } = cluster;
  const [leader = 0] = locals;
  const commits = world.commit(world.commits.numberOf(nothing, nothing), leader);
  const elections = world.elect(world.elections.numberOf([], []), commits, leader);
  return { locals, packets, elections, commits };
}
