import type { HistoryLine } from "../history/operation.ts";
import { checkCoverage } from "./check-coverage.ts";
import { checkAcknowledged, checkAnswers, checkHistory } from "./check-history.ts";
import {
  checkComplaints,
  checkEndings,
  checkLogs,
  checkRecovery,
  checkResources,
  checkStates,
  checkStruck,
} from "./check-nodes.ts";
import { checkRevisions } from "./check-revisions.ts";
import type { Finding, RunRecord } from "./record.ts";

/** All that must hold of a run. The same record and history give the same findings. */
export function checkRun(record: RunRecord, history: readonly HistoryLine[]): readonly Finding[] {
  return [
    checkAnswers(history),
    checkHistory(history),
    checkRevisions(history),
    checkAcknowledged(history, record.finalStates),
    checkStates(record),
    checkRecovery(record),
    checkEndings(record),
    checkStruck(record),
    checkComplaints(record),
    checkResources(record),
    checkLogs(record),
    checkCoverage(record, history),
  ];
}
