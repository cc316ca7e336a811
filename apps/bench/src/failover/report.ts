import type { Machine } from "../machine/machine.ts";
import { machineInWords } from "../machine/machine.ts";
import { columns, countText } from "../report/columns.ts";
import { msText } from "../report/histogram.ts";
import { spreadOf } from "../report/spread.ts";
import type { Spread } from "../report/spread.ts";

/** One system, whose leader was killed again and again. */
export interface FailoverSide {
  readonly system: string;
  readonly version: string;
  /** From each kill to the next write that was begun and acknowledged after it. */
  readonly outagesMs: readonly number[];
  readonly outageMs: Spread;
  /** Writes of all the time, and those among them that failed or whose outcome is unknown, by code. */
  readonly writes: number;
  readonly errors: number;
  /** Writes that were due but not begun, too many being under way: they are none of those. */
  readonly skipped: number;
  readonly errorCodes: Readonly<Record<string, number>>;
}

/** What `--json` prints. */
export interface FailoverReport extends FailoverSide {
  readonly benchmark: "failover";
  readonly machine: Machine;
  readonly nodes: number;
  readonly valueBytes: number;
  /** A write begins every so many milliseconds: the grain of what is measured. */
  readonly paceMs: number;
  readonly rival?: FailoverSide;
  /** Ours by theirs. */
  readonly ratios?: { readonly median: number; readonly max: number };
  /** Why there is no rival although one was asked for. */
  readonly withoutRival?: string;
}

/** One cluster of it. */
export interface Killed {
  readonly name: string;
  readonly version: string;
  readonly outagesMs: readonly number[];
  readonly writes: number;
  readonly skipped: number;
  readonly errorCodes: Readonly<Record<string, number>>;
}

/** Of all turns of one system. */
export function togetherOf({ name, version }: Pick<Killed, "name" | "version">, turns: readonly Killed[]): Killed {
  const errorCodes: Record<string, number> = {};
  for (const [code, count] of turns.flatMap((turn) => Object.entries(turn.errorCodes))) {
    errorCodes[code] = (errorCodes[code] ?? 0) + count;
  }
  const sum = (count: (turn: Killed) => number): number => turns.reduce((all, turn) => all + count(turn), 0);
  const outagesMs = turns.flatMap((turn) => turn.outagesMs);
  return {
    name,
    version,
    outagesMs,
    errorCodes,
    writes: sum(({ writes }) => writes),
    skipped: sum(({ skipped }) => skipped),
  };
}

export function failoverSideOf({ name, version, outagesMs, writes, skipped, errorCodes }: Killed): FailoverSide {
  const errors = Object.values(errorCodes).reduce((sum, count) => sum + count, 0);
  const outageMs = spreadOf(outagesMs);
  return { system: name, version, outagesMs, outageMs, writes, errors, skipped, errorCodes };
}

export function failoverRatiosOf(ours: FailoverSide, theirs: FailoverSide): NonNullable<FailoverReport["ratios"]> {
  const [own, other] = [ours.outageMs, theirs.outageMs];
  return { median: own.median / other.median, max: own.max / other.max };
}

/** What people read. */
export function failoverText(report: FailoverReport): string {
  const { machine, nodes, valueBytes, paceMs, rival, ratios, withoutRival, outagesMs } = report;
  const sides = rival === undefined ? [report] : [report, rival];
  const rows = sides.map(({ system, version, outageMs, writes, errors, errorCodes }) => [
    ...[`${system} ${version}`, msText(outageMs.min), msText(outageMs.median), msText(outageMs.max)],
    ...[countText(writes), countText(errors)],
    Object.entries(errorCodes)
      .map(([code, count]) => `${code} ${count}`)
      .join(", "),
  ]);
  const load = `a write of ${valueBytes} bytes begins every ${paceMs} ms`;
  return [
    `failover: ${outagesMs.length} times the leader of ${nodes} nodes is killed with -9 while ${load}`,
    "From the kill to the next acknowledged write that was begun after it:",
    machineInWords(machine),
    "",
    columns([["", "min", "p50", "max", "writes", "not acknowledged", "of these"], ...rows]),
    ...sides.flatMap(({ system, skipped }) =>
      skipped === 0
        ? []
        : [`  ${countText(skipped)} writes on ${system} were due but not begun: too many were under way`],
    ),
    ...(ratios === undefined || rival === undefined
      ? []
      : ["", `${report.system} by ${rival.system}: p50 ${ratios.median.toFixed(2)}, max ${ratios.max.toFixed(2)}`]),
    ...(withoutRival === undefined ? [] : ["", withoutRival]),
  ].join("\n");
}
