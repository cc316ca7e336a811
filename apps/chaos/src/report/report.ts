import type { Finding, RunRecord } from "../check/record.ts";
import type { HistoryLine } from "../history/operation.ts";
import type { FaultCount } from "../nemesis/ledger.ts";
import type { Kind } from "../plan/fault.ts";

/** A run in figures, as `--json` prints it. */
export interface Report {
  readonly verdict: "held" | "violated";
  readonly seed: string;
  readonly nodes: number;
  readonly seconds: number;
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
    verdict: findings.every(({ holds }) => holds) ? "held" : "violated",
    seed: plan.seed,
    nodes: plan.nodes,
    seconds: plan.seconds,
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
