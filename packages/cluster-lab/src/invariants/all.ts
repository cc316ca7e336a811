import { committedNeverLost } from "./committed-never-lost.ts";
import { electionSafety } from "./election-safety.ts";
import { electionsSucceed } from "./elections-succeed.ts";
import type { Invariant } from "./invariant.ts";
import { leaderAppendOnly } from "./leader-append-only.ts";
import { leaderCompleteness } from "./leader-completeness.ts";
import { logMatching } from "./log-matching.ts";
import { noDisruption } from "./no-disruption.ts";
import { oneVote } from "./one-vote.ts";
import { stateMachineSafety } from "./state-machine-safety.ts";

/** What is checked at every step. That the clients' history is linearizable is checked when it is asked for. */
export const invariants: readonly Invariant[] = [
  electionSafety,
  oneVote,
  leaderAppendOnly,
  logMatching,
  leaderCompleteness,
  stateMachineSafety,
  committedNeverLost,
  noDisruption,
  electionsSucceed,
];
