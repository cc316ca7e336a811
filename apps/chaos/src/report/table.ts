import type { Finding } from "../check/record.ts";
import { kinds } from "../plan/fault.ts";
import type { Report } from "./report.ts";

type Row = readonly [name: string, ...cells: (string | number)[]];

const verdicts: Readonly<Record<Report["verdict"], string>> = {
  held: "everything held",
  uncovered: "NOT COVERED: nothing was violated, but not all was looked at that was to be",
  violated: "VIOLATED",
};

/** A report for people. */
export function tableOf(report: Report): string {
  const { operations, reasons, longestGapMs, recoveredAfterMs, leaderChanges, faults, leftOut, findings } = report;
  const planned = kinds.flatMap((kind): Row[] => {
    const count = faults[kind];
    return count === undefined ? [] : [[kind, `${count.planned} planned`, `${count.installed} installed`]];
  });
  const why = Object.entries(reasons).toSorted(([, a], [, b]) => b - a);
  const checks = findings.map((finding): Row => [
    finding.check,
    outcomeOf(finding),
    finding.words.replaceAll("\n", "\n    "),
  ]);
  return [
    ...section("Operations", [
      ["ok", operations.ok],
      ["failed", operations.failed],
      ["unknown", operations.unknown],
      ["longest time without a write", `${(longestGapMs / 1000).toFixed(1)} s`],
      ["all serve again after", recoveredAfterMs === null ? "never" : `${(recoveredAfterMs / 1000).toFixed(1)} s`],
      ["leader changes", leaderChanges],
    ]),
    ...section("Not ok because", why),
    ...section("Faults", [...planned, ...leftOut.map(({ kind, reason }): Row => [kind, "left out", reason])]),
    ...section("Checks", checks),
    `Verdict: ${verdicts[report.verdict]} (seed ${report.seed}, ${report.nodes} nodes, ${report.seconds} s${report.isSecure ? ", TLS" : ""})`,
  ].join("\n");
}

function outcomeOf({ holds, isUnchecked }: Finding): string {
  if (holds) return "held";
  return isUnchecked === true ? "NOT CHECKED" : "FAILED";
}

function section(title: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns - 1 }, (_, i) =>
    Math.max(...rows.map((row) => String(row[i] ?? "").length)),
  );
  const lines = rows.map((row) => row.map((cell, i) => String(cell).padEnd(widths[i] ?? 0)).join("  "));
  return [title, ...lines.map((line) => `  ${line.trimEnd()}`), ""];
}
