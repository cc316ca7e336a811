import { join } from "node:path";
import type { LoadSettings } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";
import { operationTimeoutMs, preparersFor } from "../load/job.ts";
import type { LoadJob } from "../load/job.ts";
import { LoadProcess } from "../load/load-process.ts";
import { throughputOf } from "../load/sample.ts";
import { usageOf } from "../machine/process-usage.ts";
import type { ProcessUsage } from "../machine/process-usage.ts";
import { countText } from "../report/columns.ts";
import { Cluster } from "../systems/cluster.ts";
import type { NodeCounters, System } from "../systems/system.ts";
import type { ProcessReport, RunReport } from "./report.ts";

export interface RunOptions {
  readonly system: System;
  readonly load: LoadSettings;
  /** Of the cluster; no other run has it. */
  readonly name: string;
}

/** The job that the settings make for `system`, whose nodes are at `endpoints`. */
export function jobFor({ load, name }: RunOptions, endpoints: readonly string[], ground: Ground): LoadJob {
  const { scenario, clients, connections, total, warmUp, valueBytes, keys } = load;
  return {
    ...{ endpoints, scenario, clients, connections, total, warmUp, valueBytes, keys, timeoutMs: operationTimeoutMs },
    preparers: preparersFor(load),
    samples: join(ground.directory, `${name.replaceAll(/\W+/g, "-")}.samples`),
  };
}

export function preparationInWords(name: string, { keys, warmUp }: LoadJob): string {
  return `${name}: preparing ${countText(keys)} keys, ${countText(warmUp)} operations to warm up`;
}

interface Reading {
  readonly usage: ProcessUsage;
  /** Undefined for a load generator. */
  readonly counters: NodeCounters | undefined;
}

/** Starts a cluster, puts the load on it, and ends it. */
export async function runOnce(options: RunOptions, ground: Ground): Promise<RunReport> {
  const { system, load, name } = options;
  const allowsLease = load.scenario === "lease-get";
  const folder = name.replaceAll(/\W+/g, "-");
  ground.progress(`${name}: starting ${load.nodes} nodes`);
  await using cluster = await Cluster.open(system, ground, { nodes: load.nodes, allowsLease, name: folder });
  const first = await cluster.whole();
  const job = { ...jobFor(options, cluster.urls, ground), leader: first.url };
  ground.progress(preparationInWords(name, job), "step");
  const generator = await LoadProcess.open(system, ground, job);
  generator.on(({ done, errors }) => {
    ground.progress(
      `${name}: ${countText(done)} of ${countText(job.total)}${errors === 0 ? "" : `, ${countText(errors)} errors`}`,
    );
  });
  await cluster.whole();
  const before = await readAll(cluster, generator);
  generator.begin();
  const errorCodes = await generator.done();
  const leader = await cluster.whole();
  const after = await readAll(cluster, generator);
  const samples = throughputOf(await generator.samples());
  await generator.close();
  const { acknowledged, failed, seconds, latencies } = samples;
  const processes = [...after].map(([id, reading]) => processReport(id, before.get(id), reading));
  return {
    leader: leader.id,
    ...(leader.id === first.id ? {} : { leaderBefore: first.id }),
    operations: acknowledged,
    errors: failed,
    errorCodes,
    seconds,
    opsPerSecond: seconds === 0 ? 0 : acknowledged / seconds,
    latencyMs: latencies.summary(),
    distribution: latencies.distribution(),
    processes,
  };
}

const loadName = "load";

async function readAll(cluster: Cluster, generator: LoadProcess): Promise<ReadonlyMap<string, Reading>> {
  const { nodes, system } = cluster;
  const readings = new Map<string, Reading>();
  for (const { id, url, pid } of nodes) {
    readings.set(id, { usage: await usageOf(pid), counters: await system.countersOf(url) });
  }
  readings.set(loadName, { usage: await usageOf(generator.pid), counters: undefined });
  return readings;
}

function processReport(id: string, before: Reading | undefined, after: Reading): ProcessReport {
  if (before === undefined) throw new Error(`${id} has ended while it was measured`);
  const { cpuSeconds, peakMemoryBytes } = after.usage;
  const own = { id, cpuSeconds: cpuSeconds - before.usage.cpuSeconds, peakMemoryBytes };
  if (after.counters === undefined || before.counters === undefined) return own;
  const syncs = after.counters.syncs - before.counters.syncs;
  const entries = after.counters.entries - before.counters.entries;
  return { ...own, syncs, entries, ...(syncs === 0 ? {} : { entriesPerSync: entries / syncs }) };
}
