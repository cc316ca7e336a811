import type { KvNodeStatus } from "../cluster/kv-node.ts";
import type { Instruments } from "./instruments.ts";
import type { MeasuredNode } from "./measured-node.ts";

export interface MetricSources {
  readonly node: { status(): Pick<KvNodeStatus, "role" | "term" | "commitIndex" | "appliedIndex"> };
  readonly measured: Pick<MeasuredNode, "writes" | "reads">;
  readonly instruments: Pick<Instruments, "syncs" | "storage">;
}

interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly value: number;
}

/** What a node has done since its process began, in Prometheus' text format. */
export function metricsText(sources: MetricSources): string {
  const lines = metricsOf(sources).flatMap(({ name, type, help, value }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    `${name} ${value}`,
  ]);
  return `${lines.join("\n")}\n`;
}

function metricsOf({ node, measured, instruments }: MetricSources): readonly Metric[] {
  const { role, term, commitIndex, appliedIndex } = node.status();
  const { syncs, storage } = instruments;
  const { user, system } = process.cpuUsage();
  const counter = (name: string, help: string, value: number): Metric => ({ name, type: "counter", help, value });
  const gauge = (name: string, help: string, value: number): Metric => ({ name, type: "gauge", help, value });
  return [
    counter("quorate_commands_total", "Commands proposed here that were committed and applied.", measured.writes),
    counter("quorate_reads_total", "Reads answered here.", measured.reads),
    counter("quorate_log_entries_total", "Entries made durable in this node's log.", storage?.entries ?? 0),
    counter("quorate_log_syncs_total", "Syncs of the log's files (fdatasync).", syncs.count),
    counter("quorate_log_sync_seconds_total", "Time that these took.", syncs.seconds),
    gauge("quorate_leader", "1 where this node leads.", role === "leader" ? 1 : 0),
    gauge("quorate_term", "The current term.", term),
    gauge("quorate_commit_index", "The last entry known to be committed.", commitIndex),
    gauge("quorate_applied_index", "The last entry applied.", appliedIndex),
    counter("process_cpu_seconds_total", "CPU time of this process.", (user + system) / 1_000_000),
    gauge("process_resident_memory_bytes", "Memory of this process.", process.memoryUsage.rss()),
  ];
}
