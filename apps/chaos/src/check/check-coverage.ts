import { isOk, isRead } from "../history/operation.ts";
import type { HistoryLine } from "../history/operation.ts";
import type { Kind } from "../plan/fault.ts";
import type { Finding, RunRecord } from "./record.ts";

/** The check that tells nothing of the servers, but of the run. */
export const coverage = "coverage";

const minuteMs = 60_000;
const readsMinuteMin = 1000;
/** In a shorter run, in which a large part goes by with no leader. */
const readsPerSecondMin = 5;
/** In any run: acknowledged changes, without which nothing could have been lost. */
const writesPerSecondMin = 1;
const leaderChangesPerMinuteMin = 5;

/** Faults that, done to a leader, cost it its lead. */
const deposing: readonly Kind[] = ["kill", "pause", "partition", "oneway"];

/**
 * Whether the run was one: a check that had nothing to look at must not pass. Every kind of fault was really there; enough
 * reads and writes were answered, and in a run of a minute or more the lead changed hands often enough.
 */
export function checkCoverage(record: RunRecord, history: readonly HistoryLine[]): Finding {
  const check = coverage;
  const { plan, faults, leaderChanges } = record;
  const minutes = (plan.seconds * 1000) / minuteMs;
  const reads = history.filter((line) => isOk(line) && isRead(line.input)).length;
  const readsMin = minutes >= 1 ? readsMinuteMin : readsPerSecondMin * plan.seconds;
  const writes = history.filter((line) => isOk(line) && line.revisions.changed).length;
  const writesMin = writesPerSecondMin * plan.seconds;
  const never = plan.kinds.filter((kind) => (faults[kind]?.installed ?? 0) === 0);
  const changesMin =
    minutes >= 1 && plan.nodes > 2 && deposing.every((kind) => plan.kinds.includes(kind))
      ? leaderChangesPerMinuteMin
      : 0;
  const lacking = [
    ...(never.length === 0 ? [] : [`never really there: ${never.join(", ")}`]),
    ...(reads >= readsMin ? [] : [`only ${reads} reads were answered, of ${readsMin} at least`]),
    ...(writes >= writesMin ? [] : [`only ${writes} writes were acknowledged, of ${writesMin} at least`]),
    ...(leaderChanges >= changesMin ? [] : [`the lead changed hands only ${leaderChanges} times, not ${changesMin}`]),
  ];
  if (lacking.length > 0) return { check, holds: false, words: lacking.join("; ") };
  return { check, holds: true, words: `every kind of fault was there; the lead changed hands ${leaderChanges} times` };
}
