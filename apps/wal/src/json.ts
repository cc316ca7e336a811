import { decodeMembership } from "@quorate/raft-core";
import type { DataReport } from "./examine.ts";

/** The whole report, for programs: as it is, with the configurations of the log decoded. */
export function inspectionJson(report: DataReport): string {
  const { log } = report;
  const memberships = log?.state?.memberships.map(({ index, term, data }) => {
    return { index, term, ...decodeMembership(data) };
  });
  const shown = log && { ...log, state: log.state && { ...log.state, memberships } };
  return JSON.stringify({ ...report, log: shown }, undefined, 2);
}

/** The verdict and its reasons. */
export function verdictJson({ directory, verdict, findings }: DataReport): string {
  return JSON.stringify({ directory, verdict, findings }, undefined, 2);
}
