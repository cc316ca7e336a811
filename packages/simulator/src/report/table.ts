import { faultTypes } from "../plan/fault.ts";
import { markNames } from "./marks.ts";
import type { Tally } from "./tally.ts";

function rows(title: string, entries: readonly (readonly [string, string | number])[]): readonly string[] {
  const width = Math.max(...entries.map(([name]) => name.length));
  return [title, ...entries.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(10)}`), ""];
}

const number = (value: number): string => Math.round(value).toLocaleString("en-US");

/** What many runs came to, for people. */
export function tableOf(tally: Tally, elapsedMs: number): string {
  const { counts, faults } = tally.statistics;
  const summary: readonly (readonly [string, string])[] = [
    ["seeds", number(tally.runs)],
    ["failures", number(tally.failures.length)],
    ["undecided histories", number(counts.undecided)],
    ["simulated hours", (counts.virtualMs / 3_600_000).toFixed(2)],
    ["events", number(counts.events)],
    ["events per second", number((counts.events / Math.max(1, elapsedMs)) * 1000)],
    ["elections", number(counts.elections)],
    ["commits", number(counts.commits)],
    ["client answers", number(counts.answers)],
    ["  of them unknown", number(counts.unknown)],
    ["  asked again", number(counts.retries)],
    ["snapshots taken", number(counts.snapshotsTaken)],
    ["snapshots installed", number(counts.snapshotsInstalled)],
    ["crashes", number(counts.crashes)],
    ["recoveries", number(counts.recoveries)],
    ["messages", number(counts.messages)],
    ["  of them lost", number(counts.messagesLost)],
    ["disk operations", number(counts.diskOperations)],
    ["  of them refused", number(counts.diskErrors)],
  ];
  return [
    ...rows("Runs", summary),
    ...rows(
      "Faults",
      faultTypes.map((type) => [type, number(faults[type])]),
    ),
    ...rows(
      "Situations reached",
      markNames.map((mark) => [mark, number(tally.mark(mark))]),
    ),
    tally.unreached.length === 0 ? "Every situation was reached." : `Not reached: ${tally.unreached.join("; ")}.`,
  ].join("\n");
}
