import { join } from "node:path";
import { readdir, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Ground } from "../ground/ground.ts";
import { type LoadJob, operationTimeoutMs } from "../load/job.ts";
import { LoadProcess } from "../load/load-process.ts";
import { usageOf } from "../machine/process-usage.ts";
import { Cluster, type RunningNode } from "../systems/cluster.ts";
import { quorate } from "../systems/quorate.ts";
import type { System } from "../systems/system.ts";

/** Ours, with further settings of the server. */
export function quorateWith(flags: readonly string[]): System {
  const ours = quorate();
  const lay: System["lay"] = async (options) =>
    (await ours.lay(options)).map((plan) => ({ ...plan, args: [...plan.args, ...flags] }));
  return { ...ours, lay };
}

/** Three of ours, under a name that no other cluster of this run has. */
export function openThree(ground: Ground, name: string, flags: readonly string[] = []): Promise<Cluster> {
  ground.progress(`${name}: starting 3 nodes`);
  return Cluster.open(quorateWith(flags), ground, { nodes: 3, allowsLease: false, name });
}

export interface Filling {
  readonly keys: number;
  readonly valueBytes: number;
  /** Puts to keys at random after each key has been put once. */
  readonly puts?: number;
}

let jobs = 0;

/** A job on the cluster whose other settings are as usual. */
export function jobOn(cluster: Cluster, ground: Ground, filling: Filling): LoadJob {
  jobs += 1;
  const { keys, valueBytes, puts = 0 } = filling;
  return {
    ...{
      endpoints: cluster.nodes.map(({ url }) => url),
      scenario: "put",
      clients: 128,
      preparers: 128,
      connections: 8,
    },
    ...{ total: puts, warmUp: 0, valueBytes, keys, timeoutMs: operationTimeoutMs },
    samples: join(ground.directory, `growth-${jobs}.samples`),
  };
}

/**
 * Resolves when all is acknowledged and the nodes are at rest: a snapshot that the last puts have brought about is no part
 * of what is measured next. Rejects where a put has failed.
 */
export async function fill(cluster: Cluster, ground: Ground, filling: Filling): Promise<void> {
  const load = await LoadProcess.open(cluster.system, ground, jobOn(cluster, ground, filling));
  load.begin();
  const errors = await load.done();
  await load.close();
  const failed = Object.entries(errors).map(([code, count]) => `${count} × ${code}`);
  if (failed.length > 0) throw new Error(`the cluster could not be filled: ${failed.join(", ")}`);
  await atRest(cluster, ground);
}

const REST_WINDOW_MS = 1000;
/** Of all nodes together: heartbeats, and what is left of garbage. */
const REST_CPU_SECONDS_MAX = 0.2;
const REST_TIMEOUT_MS = 300_000;

async function atRest(cluster: Cluster, { signal, progress }: Pick<Ground, "signal" | "progress">): Promise<void> {
  const cpuSeconds = async (): Promise<number> => {
    const usages = await Promise.all(cluster.nodes.map(({ pid }) => usageOf(pid)));
    return usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0);
  };
  progress("waiting until the nodes are at rest");
  const untilMs = performance.now() + REST_TIMEOUT_MS;
  for (let before = await cpuSeconds(); performance.now() < untilMs;) {
    await pause(REST_WINDOW_MS, undefined, { signal });
    const after = await cpuSeconds();
    if (after - before < REST_CPU_SECONDS_MAX) return;
    before = after;
  }
  throw new Error(`the nodes were not at rest within ${REST_TIMEOUT_MS} ms after they had been filled`);
}

/** Some node that does not lead; a cluster of three has one. */
export async function followerOf(cluster: Cluster): Promise<RunningNode> {
  const leader = await cluster.whole();
  const follower = cluster.nodes.find(({ id }) => id !== leader.id);
  if (follower === undefined) throw new Error("the cluster has no follower");
  return follower;
}

/** Of all files below `directory`. */
export async function bytesBelow(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
