import type { FaultCount, RunEvent } from "../nemesis/ledger.ts";
import type { Kind } from "../plan/fault.ts";
import type { Plan } from "../plan/plan.ts";

/** One key of a node's state at the end. */
export interface FinalKey {
  readonly key: string;
  /** The name under which a client put the value. */
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
}

/** All that a node held at the end, when nothing changed any more. */
export interface FinalState {
  readonly node: string;
  readonly revision: number;
  readonly appliedIndex: number;
  /** Of the keys with their revisions and the whole of their values. */
  readonly hash: string;
  readonly membersHash: string;
  /** Who has a vote, as it knows. */
  readonly voters: readonly string[];
  readonly keys: readonly FinalKey[];
}

/** A process that nobody had ended. */
export interface SelfEnding {
  readonly node: string;
  readonly atMs: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** Its disk was made to fail, and it said so. */
  readonly isExpected: boolean;
}

/** A process of which calls to its disk were made to fail, and what became of it. */
export interface StruckProcess {
  readonly node: string;
  readonly pid: number;
  /** When they were first seen to fail. */
  readonly atMs: number;
  /** Which failed; the files are named from the node's data directory. */
  readonly calls: readonly { readonly call: string; readonly file: string }[];
  /** Something of its log has failed: nothing may be acknowledged any more. */
  readonly mustEnd: boolean;
  /** Undefined where it need not end, or went on for as long as anybody waited. */
  readonly end?: { readonly by: "itself" | "run"; readonly code: number | null; readonly signal: string | null };
}

export interface ResourceUse {
  readonly node: string;
  readonly rssBytes: number;
  readonly descriptors: number;
}

/** What `quorate-wal verify` says of a node's directory. */
export interface LogVerdict {
  readonly node: string;
  readonly isSound: boolean;
  readonly words: string;
}

/** Of what a run leaves: another version holds something else. */
export const recordVersion = 2;

/** All that is known of a run besides its history. JSON, so that it can be kept and checked again. */
export interface RunRecord {
  readonly version: typeof recordVersion;
  readonly plan: Plan;
  /** Kinds that could not be had on this machine, and why. */
  readonly leftOut: readonly { readonly kind: Kind; readonly reason: string }[];
  readonly faults: Readonly<Partial<Record<Kind, FaultCount>>>;
  readonly events: readonly RunEvent[];
  readonly leaderChanges: number;
  readonly longestGapMs: number;
  /** From the end of the faults until every node served again; undefined where one never did. */
  readonly recoveredAfterMs?: number | undefined;
  /** It may take so long. */
  readonly recoveryMsMax: number;
  readonly finalStates: readonly FinalState[];
  readonly selfEndings: readonly SelfEnding[];
  readonly struck: readonly StruckProcess[];
  /** What is struck may go on for so long. */
  readonly giveUpMsMax: number;
  /** How they ended on SIGTERM, when all was over, where that was not with exit code 0. */
  readonly badStops: readonly string[];
  /** What stands on the nodes' standard error, and what they logged of errors that nobody handled. */
  readonly complaints: readonly string[];
  /** Before the faults, the most of any moment while they and the load were on, and when all was over. */
  readonly resources: {
    readonly before: readonly ResourceUse[];
    readonly most: readonly ResourceUse[];
    readonly after: readonly ResourceUse[];
  };
  /** Undefined where the verifier was not there. */
  readonly logs?: readonly LogVerdict[] | undefined;
}

/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly holds: boolean;
  /** It could not be made, so that nothing is known; that is no pass. */
  readonly isUnchecked?: true;
  /** What was found; the figures where all is well. */
  readonly words: string;
}
