import type { GrowthMode, LoadSettings } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";
import type { RunReport } from "../servers/report.ts";
import { runOnce } from "../servers/run.ts";
import { quorate } from "../systems/quorate.ts";
import { type GrowthPart, type GrowthRow, MIB, type MeasurePart, bytesLabel } from "./part.ts";

/** What all sweeps have in common; each changes one of these. */
const BASE: LoadSettings = {
  scenario: "put",
  clients: 256,
  connections: 8,
  total: 100_000,
  warmUp: 10_000,
  valueBytes: 256,
  keys: 10_000,
  nodes: 3,
};
const QUICK: Partial<LoadSettings> = { clients: 32, total: 1000, warmUp: 100, keys: 100 };

/** All that is under way, and all values that are kept, stay below these. */
const UNDER_WAY_BYTES_MAX = 32 * MIB;
const KEPT_BYTES_MAX = 256 * MIB;
const WRITTEN_BYTES_MAX = 512 * MIB;
const WRITTEN_BYTES_MAX_QUICK = 8 * MIB;

const FIGURES = [
  { key: "opsPerSecond", title: "puts/s" },
  { key: "mebibytesPerSecond", title: "MiB/s" },
  { key: "p50Ms", title: "p50, ms" },
  { key: "p99Ms", title: "p99, ms" },
  { key: "cpuSecondsPer1000", title: "servers' CPU s per 1,000" },
  { key: "peakMemoryMiB", title: "largest server, MiB" },
] as const;
const PLOTS = [
  { title: "puts per second", keys: ["opsPerSecond"] },
  { title: "latency, ms", keys: ["p50Ms", "p99Ms"] },
] as const;

/** The load for values of one size: fewer of the large ones, so that neither memory nor patience runs out. */
export function loadForValues(valueBytes: number, isQuick: boolean): LoadSettings {
  const base = { ...BASE, ...(isQuick ? QUICK : {}) };
  const fit = (wanted: number, bytesMax: number): number =>
    Math.max(8, Math.min(wanted, Math.floor(bytesMax / valueBytes)));
  const total = fit(base.total, isQuick ? WRITTEN_BYTES_MAX_QUICK : WRITTEN_BYTES_MAX);
  const clients = fit(base.clients, UNDER_WAY_BYTES_MAX);
  const keys = fit(base.keys, isQuick ? WRITTEN_BYTES_MAX_QUICK : KEPT_BYTES_MAX);
  return { ...base, valueBytes, total, clients, keys, warmUp: Math.min(base.warmUp, Math.ceil(total / 10)) };
}

export const measureValues: MeasurePart = async ({ isQuick }, ground) => {
  const sizes = isQuick ? [16, 4096, MIB] : [16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, MIB];
  const loads = sizes.map((valueBytes) => ({
    x: valueBytes,
    label: bytesLabel(valueBytes),
    load: loadForValues(valueBytes, isQuick),
  }));
  return {
    ...{ name: "values", title: "Values that grow", xTitle: "bytes of a value", xScale: "logarithmic" },
    method:
      "Puts on three nodes. Of large values fewer are put, by fewer callers: never more than 32 MiB are under way.",
    ...(await sweep(loads, ground)),
  };
};

export const measureKeys: MeasurePart = async ({ isQuick }, ground) => {
  const counts = isQuick ? [100, 1000] : [1000, 10_000, 100_000, 1_000_000];
  const loads = counts.map((keys) => ({
    x: keys,
    label: keys.toLocaleString("en"),
    load: baseWith({ keys }, isQuick),
  }));
  return {
    ...{ name: "keys", title: "Keys that grow in number", xTitle: "keys", xScale: "logarithmic" },
    method: "Puts of 256 B to keys at random on three nodes; all keys are there from the start.",
    ...(await sweep(loads, ground)),
  };
};

export const measureNodes: MeasurePart = async ({ isQuick }, ground) => {
  const loads = [3, 5, 7].map((nodes) => ({ x: nodes, label: String(nodes), load: baseWith({ nodes }, isQuick) }));
  return {
    ...{ name: "nodes", title: "Nodes that grow in number", xTitle: "nodes", xScale: "linear" },
    method: "Puts of 256 B. All nodes, and the load, share the cores of one machine: more nodes have less each.",
    ...(await sweep(loads, ground)),
  };
};

function baseWith(changed: Partial<LoadSettings>, isQuick: GrowthMode["isQuick"]): LoadSettings {
  return { ...BASE, ...(isQuick ? QUICK : {}), ...changed };
}

interface SweepPoint {
  readonly x: number;
  readonly label: string;
  readonly load: LoadSettings;
}

async function sweep(
  points: readonly SweepPoint[],
  ground: Ground,
): Promise<Pick<GrowthPart, "figures" | "plots" | "rows">> {
  const rows: GrowthRow[] = [];
  for (const { x, label, load } of points) {
    const name = `growth ${label} ${load.nodes} nodes ${load.keys} keys`;
    rows.push({ x, label, figures: figuresOf(await runOnce({ system: quorate(), load, name }, ground), load) });
  }
  return { figures: FIGURES, plots: PLOTS, rows };
}

function figuresOf({ opsPerSecond, operations, latencyMs, processes }: RunReport, { valueBytes }: LoadSettings) {
  const servers = processes.filter(({ id }) => id !== "load");
  const cpuSeconds = servers.reduce((sum, each) => sum + each.cpuSeconds, 0);
  return {
    opsPerSecond,
    mebibytesPerSecond: (opsPerSecond * valueBytes) / MIB,
    p50Ms: latencyMs.p50,
    p99Ms: latencyMs.p99,
    cpuSecondsPer1000: (1000 * cpuSeconds) / Math.max(1, operations),
    peakMemoryMiB: Math.max(...servers.map(({ peakMemoryBytes }) => peakMemoryBytes)) / MIB,
  };
}
