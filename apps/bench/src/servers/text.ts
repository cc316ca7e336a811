import { machineInWords } from "../machine/machine.ts";
import { bytesText, columns, countText } from "../report/columns.ts";
import { histogramText, msText } from "../report/histogram.ts";
import type { Ratio } from "../report/spread.ts";
import type { RunReport, ServersReport, SideReport } from "./report.ts";

/** What people read. */
export function serversText(report: ServersReport): string {
  const { machine, load, rival, ratios, withoutRival } = report;
  const { scenario, clients, connections, total, valueBytes, nodes, keys } = load;
  const what = `${scenario}: ${countText(total)} operations of ${countText(clients)} callers on ${nodes} nodes, ${connections} connections`;
  const parts = [
    `${what}, values of ${countText(valueBytes)} bytes, ${countText(keys)} keys`,
    machineInWords(machine),
    "",
    sidesTable(rival === undefined ? [report] : [report, rival]),
  ];
  if (ratios !== undefined && rival !== undefined) {
    parts.push("", `${report.system} by ${rival.system}, of medians (and of single turns):`);
    parts.push(
      columns([
        ["operations/s", ...ratioCells(ratios.opsPerSecond)],
        ["p50 (less is better)", ...ratioCells(ratios.p50)],
        ["p99 (less is better)", ...ratioCells(ratios.p99)],
        ["CPU s/1000 (less is better)", ...ratioCells(ratios.cpuSecondsPer1000)],
      ]),
    );
  }
  if (withoutRival !== undefined) parts.push("", withoutRival);
  for (const side of rival === undefined ? [report] : [report, rival]) {
    const turn = middleOf(side);
    const which = side.turns.length === 1 ? "" : `, the turn in the middle of ${side.turns.length}`;
    parts.push("", `${side.system} ${side.version}${which}:`, processTable(turn), "", histogramText(turn.distribution));
    const codes = Object.entries(turn.errorCodes).map(([code, count]) => `${code} ${count}`);
    if (turn.leaderBefore !== undefined) parts.push(`  the lead was with ${turn.leaderBefore} at first`);
    if (codes.length > 0) parts.push(`  errors: ${codes.join(", ")}`);
  }
  return parts.join("\n");
}

function sidesTable(sides: readonly SideReport[]): string {
  const head = ["", "operations/s", "p50", "p90", "p99", "p99.9", "max", "errors", "CPU s/1000 (load)"];
  const rows = sides.map((side) => {
    const { latencyMs, opsPerSecond, opsPerSecondSpread: spread, cpuSecondsPer1000: cpu } = side;
    const range = side.turns.length === 1 ? "" : ` (${countText(spread.min)} to ${countText(spread.max)})`;
    const { p50, p90, p99, p999, max } = latencyMs;
    return [
      ...[side.system, `${countText(opsPerSecond)}${range}`, ...[p50, p90, p99, p999, max].map(msText)],
      ...[countText(side.errors), `${cpu.servers.toFixed(3)} (${cpu.load.toFixed(3)})`],
    ];
  });
  return columns([head, ...rows]);
}

function ratioCells({ ofMedians, min, max }: Ratio): readonly string[] {
  return [ofMedians.toFixed(2), `(${min.toFixed(2)} to ${max.toFixed(2)})`];
}

function processTable({ processes, leader }: RunReport): string {
  const head = ["process", "CPU", "peak memory", "entries", "syncs", "entries/sync"];
  const rows = processes.map(({ id, cpuSeconds, peakMemoryBytes, entries, syncs, entriesPerSync }) => [
    ...[id === leader ? `${id} (leader)` : id, `${cpuSeconds.toFixed(2)} s`, bytesText(peakMemoryBytes)],
    ...[entries, syncs].map((count) => (count === undefined ? "" : countText(count))),
    entriesPerSync?.toFixed(1) ?? "",
  ]);
  return columns([head, ...rows]);
}

/** The turn whose rate is the median, or the one below it. */
function middleOf({ turns }: SideReport): RunReport {
  const sorted = turns.toSorted((a, b) => a.opsPerSecond - b.opsPerSecond);
  const middle = sorted[(sorted.length - 1) >> 1];
  if (middle === undefined) throw new TypeError("turns: must hold at least one");
  return middle;
}
