import { coverage } from "../check/check-coverage.ts";
import type { Finding, RunRecord } from "../check/record.ts";
import type { HistoryLine } from "../history/operation.ts";
import type { FaultCount } from "../nemesis/ledger.ts";
import type { Kind } from "../plan/fault.ts";

/** A run in figures, as `--json` prints it. */
export interface Report {
  /** `uncovered`: nothing was violated, but not all was there that was to be looked at; that is no pass. */
  readonly verdict: "held" | "uncovered" | "violated";
  readonly seed: string;
  readonly nodes: number;
  readonly seconds: number;
  readonly isSecure: boolean;
  readonly operations: Readonly<Record<HistoryLine["outcome"], number>>;
  /** Why operations were not answered with what was asked for, by code. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly longestGapMs: number;
  readonly recoveredAfterMs: number | null;
  readonly leaderChanges: number;
  readonly faults: Readonly<Partial<Record<Kind, FaultCount>>>;
  readonly leftOut: RunRecord["leftOut"];
  readonly findings: readonly Finding[];
}

export function reportOf(record: RunRecord, history: readonly HistoryLine[], findings: readonly Finding[]): Report {
  const operations = { ok: 0, failed: 0, unknown: 0 };
  const reasons: Record<string, number> = {};
  for (const { outcome, why } of history) {
    operations[outcome] += 1;
    if (why !== undefined) reasons[why] = (reasons[why] ?? 0) + 1;
  }
  const { plan, longestGapMs, recoveredAfterMs, leaderChanges, faults, leftOut } = record;
  return {
    verdict: verdictOf(findings),
    seed: plan.seed,
    nodes: plan.nodes,
    seconds: plan.seconds,
    isSecure: plan.isSecure,
    operations,
    reasons,
    longestGapMs,
    recoveredAfterMs: recoveredAfterMs ?? null,
    leaderChanges,
    faults,
    leftOut,
    findings,
  };
}

function verdictOf(findings: readonly Finding[]): Report["verdict"] {
  const failed = findings.filter(({ holds }) => !holds);
  if (failed.length === 0) return "held";
  return failed.every(({ check, isUnchecked }) => check === coverage || isUnchecked === true)
    ? "uncovered"
    : "violated";
}
