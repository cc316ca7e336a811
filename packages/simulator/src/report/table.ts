import { faultTypes } from "../plan/fault.ts";
import { markNames } from "./marks.ts";
import type { Tally } from "./tally.ts";

type Row = readonly [name: string, value: string];

function section(title: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value.padStart(10)}`), ""];
}

const number = (value: number): string => Math.round(value).toLocaleString("en-US");

function summaryRows({ runs, failures, statistics }: Tally, elapsedMs: number): readonly Row[] {
  const { counts } = statistics;
  return [
    ["seeds", number(runs)],
    ["failures", number(failures.length)],
    ["undecided histories", number(counts.undecided)],
    ["simulated hours", (counts.virtualMs / 3_600_000).toFixed(2)],
    ["events", number(counts.events)],
    ["events per second", number((counts.events / Math.max(1, elapsedMs)) * 1000)],
    ["elections", number(counts.elections)],
    ["commits", number(counts.commits)],
    ["client answers", number(counts.answers)],
    ["  of them unknown", number(counts.unknown)],
    ["  of them refused", number(counts.refused)],
    ["  asked again", number(counts.retries)],
    ["reads by lease, session and staleness", number(counts.checkedReads)],
    ["changes of the membership", number(counts.changes)],
    ["  not made", number(counts.changesRefused)],
    ["snapshots taken", number(counts.snapshotsTaken)],
    ["snapshots installed", number(counts.snapshotsInstalled)],
    ["crashes", number(counts.crashes)],
    ["recoveries", number(counts.recoveries)],
    ["messages", number(counts.messages)],
    ["  of them lost", number(counts.messagesLost)],
    ["disk operations", number(counts.diskOperations)],
    ["  of them refused", number(counts.diskErrors)],
  ];
}

/** What runs came to, for people. Of a single run what did not happen is left out: no run can have everything. */
export function tableOf(tally: Tally, elapsedMs: number): string {
  const isOne = tally.runs === 1;
  const shown = (rows: readonly Row[]): readonly Row[] => rows.filter(([, value]) => !isOne || value !== "0");
  const faults = faultTypes.map((type): Row => [type, number(tally.statistics.faults[type])]);
  const marks = markNames.map((mark): Row => [mark, number(tally.mark(mark))]);
  const { unreached } = tally;
  const verdict = unreached.length === 0 ? "Every situation was reached." : `Not reached: ${unreached.join("; ")}.`;
  return [
    ...section("Runs", shown(summaryRows(tally, elapsedMs))),
    ...section("Faults", shown(faults)),
    ...section("Situations reached", shown(marks)),
    ...(isOne ? [] : [verdict]),
  ].join("\n");
}
