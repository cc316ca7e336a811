import { nodeIds } from "../plan/plan.ts";
import { endingInWords, exitFailed } from "../world/ending.ts";
import type { Finding, ResourceUse, RunRecord } from "./record.ts";

/** Of one node, at any time. */
const rssBytesMax = 600 * 1024 * 1024;
const descriptorsMax = 512;
/** More than before the faults, when all is over: connections that are kept for a while. */
const descriptorsMoreMax = 40;

export function checkRecovery({ recoveredAfterMs, recoveryMsMax }: RunRecord): Finding {
  const check = "recovery";
  if (recoveredAfterMs === undefined) {
    return { check, holds: false, words: "not every node served again after the faults were over" };
  }
  const words = `every node served ${(recoveredAfterMs / 1000).toFixed(1)} s after the faults`;
  const isLate = recoveredAfterMs > recoveryMsMax;
  return { check, holds: !isLate, words: isLate ? `${words}, not within ${recoveryMsMax / 1000} s` : words };
}

/** Whether all nodes came to the same state and the same members. */
export function checkStates({ finalStates, plan }: RunRecord): Finding {
  const check = "equal states";
  const missing = plan.nodes - finalStates.length;
  if (missing > 0) return { check, holds: false, words: `${missing} of ${plan.nodes} nodes did not tell their state` };
  const ids = nodeIds(plan.nodes);
  const voteless = finalStates.filter(({ voters }) => !ids.every((id) => voters.includes(id)));
  if (voteless.length > 0) {
    const lines = voteless.map(({ node, voters }) => `${node}: only ${voters.join(", ")} have a vote`);
    return { check, holds: false, words: lines.join("\n") };
  }
  const [first] = finalStates;
  const isEqual = finalStates.every((state) => state.hash === first?.hash && state.membersHash === first.membersHash);
  if (isEqual && first !== undefined) {
    const words = `${first.keys.length} keys at revision ${first.revision}, hash ${first.hash.slice(0, 16)}`;
    return { check, holds: true, words };
  }
  const lines = finalStates.map(
    ({ node, hash, membersHash, revision, appliedIndex }) =>
      `${node}: revision ${revision}, applied ${appliedIndex}, hash ${hash.slice(0, 16)}, members ${membersHash.slice(0, 16)}`,
  );
  return { check, holds: false, words: ["the nodes' states differ", ...lines].join("\n") };
}

/** Whether no process ended but by the run, or because its disk was made to fail. */
export function checkEndings({ selfEndings, badStops }: RunRecord): Finding {
  const check = "processes";
  const unexpected = selfEndings
    .filter(({ isExpected }) => !isExpected)
    .map(({ node, atMs, code, signal }) => `${node} ended with ${signal ?? `exit code ${code}`} at ${atMs} ms`);
  const bad = [...unexpected, ...badStops];
  const expected = selfEndings.length - unexpected.length;
  const words = `none ended by itself but ${expected} whose disk failed`;
  return bad.length === 0 ? { check, holds: true, words } : { check, holds: false, words: bad.join("\n") };
}

/** Whether every process whose log failed came to its end for it, as nothing that is written there can be relied on. */
export function checkStruck({ struck, giveUpMsMax }: RunRecord): Finding {
  const check = "failed disks";
  const due = struck.filter(({ mustEnd }) => mustEnd);
  const bad = due.flatMap(({ node, pid, atMs, calls, end }) => {
    if (end?.by === "run" || end?.code === exitFailed) return [];
    const failed = [...new Set(calls.map(({ call, file }) => `${call} of ${file}`))].join(", ");
    const became = end === undefined ? `went on for ${giveUpMsMax / 1000} s` : `ended with ${endingInWords(end)}`;
    return [`${node} (process ${pid}) ${became}, not with exit code ${exitFailed}, after EIO at ${atMs} ms: ${failed}`];
  });
  if (bad.length > 0) return { check, holds: false, words: bad.join("\n") };
  const killed = due.filter(({ end }) => end?.by === "run").length;
  const words = `EIO in the logs of ${due.length} processes: ${due.length - killed} ended for it, ${killed} were killed first`;
  return { check, holds: true, words };
}

/** Whether nothing went wrong inside the servers that nobody handled. */
export function checkComplaints({ complaints }: RunRecord): Finding {
  const check = "standard error";
  if (complaints.length === 0) return { check, holds: true, words: "nothing unexpected" };
  return { check, holds: false, words: complaints.slice(0, 10).join("\n") };
}

/** Whether memory and descriptors stayed bounded, and what was opened during the faults was let go of. */
export function checkResources({ resources }: RunRecord): Finding {
  const check = "resources";
  const { before, most, after } = resources;
  // The last look is one of those that the most is of.
  const all = [...most, ...after];
  const usual = Math.max(0, ...before.map(({ descriptors }) => descriptors));
  const bad = [
    ...new Set(all.filter((use) => use.rssBytes > rssBytesMax || use.descriptors > descriptorsMax).map(useInWords)),
    ...after
      .filter((use) => use.descriptors > usual + descriptorsMoreMax)
      .map((use) => `${useInWords(use)} when all was over, and ${usual} before`),
  ];
  if (bad.length > 0) return { check, holds: false, words: bad.join("\n") };
  if (after.length === 0) return { check, holds: false, words: "no process could be looked at" };
  return { check, holds: true, words: `at most ${peakOf(all)}; when all was over ${peakOf(after)}` };
}

function useInWords({ node, rssBytes, descriptors }: ResourceUse): string {
  return `${node}: ${Math.round(rssBytes / 1024 / 1024)} MiB, ${descriptors} descriptors`;
}

function peakOf(uses: readonly ResourceUse[]): string {
  const rssBytes = Math.max(...uses.map((use) => use.rssBytes));
  const descriptors = Math.max(...uses.map((use) => use.descriptors));
  return `${Math.round(rssBytes / 1024 / 1024)} MiB and ${descriptors} descriptors`;
}

/** Whether the offline verifier finds each directory sound. */
export function checkLogs({ logs, plan }: RunRecord): Finding {
  const check = "logs";
  if (logs === undefined) {
    const words = "apps/wal, which verifies logs, was not there; run chaos from a whole copy of the repository";
    return { check, holds: false, isUnchecked: true, words };
  }
  const missing = nodeIds(plan.nodes).filter((id) => !logs.some(({ node }) => node === id));
  if (missing.length > 0) {
    return { check, holds: false, isUnchecked: true, words: `nobody looked at the directory of ${missing.join(", ")}` };
  }
  const bad = logs.filter(({ isSound }) => !isSound);
  if (bad.length === 0) return { check, holds: true, words: `${logs.length} directories verified` };
  return { check, holds: false, words: bad.map(({ node, words: said }) => `${node}: ${said}`).join("\n") };
}
