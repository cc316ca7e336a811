import { decodeMembership } from "@quorate/raft-core";
import type { Finding, LogReport } from "@quorate/storage-file";
import Table from "cli-table3";
import type { DataReport } from "./examine.ts";

const PLAIN = {
  style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
  chars: Object.fromEntries(
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
      .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
      .map((name) => [name, ""]),
  ),
};

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const drawn = new Table({ ...PLAIN, head: [...head] });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The whole report, for people. */
export function inspectionText(report: DataReport): string {
  const { directory, log, snapshots } = report;
  const parts = [
    `${directory}${log?.identity ? `: node ${log.identity.nodeId} of cluster ${log.identity.clusterId}` : ""}`,
  ];
  if (log !== undefined) parts.push(logText(log));
  if (snapshots !== undefined) {
    const rows = snapshots.map(({ file, snapshot, isUnfinished, damage }) => {
      const state = damage === undefined ? (isUnfinished ? "unfinished" : "whole") : "damaged";
      return [nameOf(file), snapshot?.index ?? "?", snapshot?.term ?? "?", snapshot?.sizeBytes ?? "?", state];
    });
    const drawn = rows.length === 0 ? "  none" : table(["file", "entry", "term", "bytes", "state"], rows);
    parts.push(`snapshots\n${drawn}`);
  }
  return [...parts, verdictText(report)].join("\n\n");
}

function logText({ segments, state }: LogReport): string {
  const rows = segments.map(({ file, firstIndex, lastIndex, entries, recordsEndBytes, provenBytes, sizeBytes }) => {
    const range = firstIndex === undefined ? "none" : `${firstIndex} to ${lastIndex}`;
    return [nameOf(file), range, entries, recordsEndBytes, provenBytes, sizeBytes];
  });
  const head = ["file", "entries", "count", "bytes used", "known durable", "bytes"];
  const drawn = rows.length === 0 ? "  none" : table(head, rows);
  return state === undefined ? `segments\n${drawn}` : `${stateText(state)}\n\nsegments\n${drawn}`;
}

function stateText({ hardState, base, lastIndex, termRuns, memberships }: NonNullable<LogReport["state"]>): string {
  const { term, votedFor, incarnation } = hardState;
  const membership = memberships.at(-1);
  const lines = [
    ["term", `${term}`],
    ["vote", votedFor ?? "none"],
    ["incarnation", `${incarnation ?? "none"}`],
    ["entries", lastIndex === base.index ? "none" : `${base.index + 1} to ${lastIndex}`],
    ["behind", `entry ${base.index} of term ${base.term}`],
    ["terms", termRuns.map(({ index, term: of }) => `${of} from entry ${index}`).join(", ") || "none"],
    ...(membership === undefined ? [] : [["members", `${membersIn(membership.data)} (entry ${membership.index})`]]),
  ];
  return lines.map(([name = "", value]) => `${name.padEnd(12)} ${value}`).join("\n");
}

function membersIn(data: Uint8Array): string {
  const { voters, learners } = decodeMembership(data);
  return [`voters ${voters.join(", ")}`, ...(learners.length > 0 ? [`learners ${learners.join(", ")}`] : [])].join(
    "; ",
  );
}

const VERDICTS = {
  healthy: "healthy: every byte was read and is what was written",
  mendable: "can be started: what a crash has left is mended by the next start of the node",
  damaged: "DAMAGED: a node does not start on this",
  empty: "empty: nothing was ever stored here",
} as const;

/** What is wrong, and what can be done. */
export function verdictText({ verdict, findings }: Pick<DataReport, "verdict" | "findings">): string {
  return [VERDICTS[verdict], ...findings.map(findingText)].join("\n");
}

function findingText({ severity, file, offsetBytes, reason, remedy }: Finding): string {
  return `${severity}: ${file} at offset ${offsetBytes}: ${reason}\n  ${remedy}.`;
}
