import { type NodeId, RaftError, type RaftErrorCode } from "@quorate/raft-core";

/** How a call ended: with an answer, certainly without effect, or nobody knows. */
export type Ending<T> =
  | { readonly type: "answered"; readonly value: T }
  | { readonly type: "refused"; readonly code: string; readonly leader: NodeId | undefined }
  | { readonly type: "unknown"; readonly why: string };

/** These say that nothing has happened and never will; every other failure leaves it open. */
const REFUSALS: ReadonlySet<RaftErrorCode> = new Set([
  "NOT_LEADER",
  "NO_LEADER",
  "OVERLOADED",
  "TRANSFERRING",
  "CLOSED",
  "STORAGE_FAILED",
]);

/** What a call to an open node may end with. None of the others has a reason to come up in a simulation. */
const EXPECTED: ReadonlySet<RaftErrorCode> = new Set([...REFUSALS, "OUTCOME_UNKNOWN"]);

export function endingOf(error: unknown): Ending<never> {
  if (error instanceof RaftError && REFUSALS.has(error.code)) {
    return { type: "refused", code: error.code, leader: error.leader?.id };
  }
  return { type: "unknown", why: error instanceof RaftError ? error.code : String(error) };
}

/**
 * I17: what a call failed with, in words, where it is nothing that a correct node fails with. `mayBeCorrupt`: what the
 * node had stored was damaged.
 */
export function bugIn(error: unknown, mayBeCorrupt: boolean): string | undefined {
  if (!(error instanceof RaftError)) return `no RaftError, but ${String(error)}`;
  if (error.code === "OUTCOME_UNKNOWN" && error.cause instanceof RaftError) return bugIn(error.cause, mayBeCorrupt);
  if (EXPECTED.has(error.code) || (mayBeCorrupt && error.code === "CORRUPT")) return undefined;
  return `${error.code}, ${error.message}`;
}

export function endingInWords(ending: Ending<unknown>): string {
  if (ending.type === "answered") return "done";
  return ending.type === "refused" ? `refused, ${ending.code}` : `unknown, ${ending.why}`;
}
