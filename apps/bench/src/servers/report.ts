import type { LoadSettings } from "../cli/settings.ts";
import type { Machine } from "../machine/machine.ts";
import type { LatencyBucket, LatencySummary } from "../report/latencies.ts";
import { ratioOf, spreadOf } from "../report/spread.ts";
import type { Ratio, Spread } from "../report/spread.ts";

/** One process while the load was on. */
export interface ProcessReport {
  /** A node's, or `load`. */
  readonly id: string;
  readonly cpuSeconds: number;
  /** Since it began: what was prepared is part of it. */
  readonly peakMemoryBytes: number;
  /** Of a node's log; not of the load. */
  readonly syncs?: number;
  readonly entries?: number;
  readonly entriesPerSync?: number;
}

/** One cluster under one load. */
export interface RunReport {
  /** At the end. */
  readonly leader: string;
  /** When the load was started, where that was another: etcd's client has asked that one all the time. */
  readonly leaderBefore?: string;
  /** Those that have succeeded; they alone are in rates and latencies. */
  readonly operations: number;
  readonly errors: number;
  readonly errorCodes: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly opsPerSecond: number;
  readonly latencyMs: LatencySummary;
  readonly distribution: readonly LatencyBucket[];
  readonly processes: readonly ProcessReport[];
}

/** One system over its turns. Figures are medians of the turns. */
export interface SideReport {
  readonly system: string;
  readonly version: string;
  readonly opsPerSecond: number;
  readonly opsPerSecondSpread: Spread;
  readonly latencyMs: Omit<LatencySummary, "count">;
  /** Of all turns. */
  readonly errors: number;
  /** For 1,000 operations: of all nodes together, and of the load generator. */
  readonly cpuSecondsPer1000: { readonly servers: number; readonly load: number };
  /** The most of any process. */
  readonly peakMemoryBytes: { readonly servers: number; readonly load: number };
  readonly turns: readonly RunReport[];
}

/** Ours by theirs. */
export interface Ratios {
  readonly opsPerSecond: Ratio;
  readonly p50: Ratio;
  readonly p99: Ratio;
  readonly cpuSecondsPer1000: Ratio;
}

/** What `--json` prints. */
export interface ServersReport extends SideReport {
  readonly benchmark: "servers";
  readonly machine: Machine;
  readonly load: LoadSettings;
  readonly rival?: SideReport;
  readonly ratios?: Ratios;
  /** Why there is no rival although one was asked for. */
  readonly withoutRival?: string;
}

const median = (values: readonly number[]): number => spreadOf(values).median;

/** For 1,000 operations of a run. */
function cpuPer1000({ processes, operations }: RunReport, isLoad: boolean): number {
  const own = processes.filter(({ id }) => (id === "load") === isLoad);
  return (1000 * own.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)) / Math.max(1, operations);
}

function peakOf({ processes }: RunReport, isLoad: boolean): number {
  return Math.max(...processes.filter(({ id }) => (id === "load") === isLoad).map((each) => each.peakMemoryBytes));
}

export function sideOf({ name, version }: { name: string; version: string }, turns: readonly RunReport[]): SideReport {
  const rates = spreadOf(turns.map((turn) => turn.opsPerSecond));
  const of = (figure: (turn: RunReport) => number): number => median(turns.map(figure));
  const latency = (key: keyof LatencySummary): number => of(({ latencyMs }) => latencyMs[key]);
  const [mean, p50, p90] = [latency("mean"), latency("p50"), latency("p90")];
  const [p99, p999, max] = [latency("p99"), latency("p999"), latency("max")];
  return {
    system: name,
    version,
    opsPerSecond: rates.median,
    opsPerSecondSpread: rates,
    latencyMs: { mean, p50, p90, p99, p999, max },
    errors: turns.reduce((sum, { errors }) => sum + errors, 0),
    cpuSecondsPer1000: { servers: of((turn) => cpuPer1000(turn, false)), load: of((turn) => cpuPer1000(turn, true)) },
    peakMemoryBytes: { servers: of((turn) => peakOf(turn, false)), load: of((turn) => peakOf(turn, true)) },
    turns,
  };
}

export function ratiosOf(ours: SideReport, theirs: SideReport): Ratios {
  const ratio = (figure: (turn: RunReport) => number): Ratio =>
    ratioOf(ours.turns.map(figure), theirs.turns.map(figure));
  return {
    opsPerSecond: ratio(({ opsPerSecond }) => opsPerSecond),
    p50: ratio(({ latencyMs }) => latencyMs.p50),
    p99: ratio(({ latencyMs }) => latencyMs.p99),
    cpuSecondsPer1000: ratio((turn) => cpuPer1000(turn, false)),
  };
}
