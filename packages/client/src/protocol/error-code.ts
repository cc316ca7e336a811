/** `not-applied`: it was not done and never will be. `unknown`: perhaps it was, or will be. */
export type Outcome = "not-applied" | "unknown";

export type ErrorCode =
  | "BAD_REQUEST"
  | "FORBIDDEN"
  | "NOT_A_PEER"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "MEMBERSHIP_PENDING"
  | "MEMBERSHIP_REFUSED"
  | "TERM_CHANGED"
  | "TRANSFER_REFUSED"
  | "TRANSFER_FAILED"
  | "CONDITION_FAILED"
  | "TOO_LARGE"
  | "WRONG_CLUSTER"
  | "INTERNAL"
  | "NO_LEADER"
  | "NOT_A_MEMBER"
  | "TRANSFERRING"
  | "OVERLOADED"
  | "BEHIND"
  | "OUTCOME_UNKNOWN";

/**
 * What can go wrong at a server, and whether the request was done then: the same over HTTP (problem documents) and over
 * WebSockets (failures). Codes are stable; a server of a later version may have more of them.
 */
export const errorOutcomes: Readonly<Record<ErrorCode, Outcome>> = {
  BAD_REQUEST: "not-applied",
  FORBIDDEN: "not-applied",
  NOT_A_PEER: "not-applied",
  NOT_FOUND: "not-applied",
  METHOD_NOT_ALLOWED: "not-applied",
  MEMBERSHIP_PENDING: "not-applied",
  MEMBERSHIP_REFUSED: "not-applied",
  TERM_CHANGED: "not-applied",
  TRANSFER_REFUSED: "not-applied",
  TRANSFER_FAILED: "unknown",
  CONDITION_FAILED: "not-applied",
  TOO_LARGE: "not-applied",
  WRONG_CLUSTER: "not-applied",
  INTERNAL: "unknown",
  NO_LEADER: "not-applied",
  NOT_A_MEMBER: "not-applied",
  TRANSFERRING: "not-applied",
  OVERLOADED: "not-applied",
  BEHIND: "not-applied",
  OUTCOME_UNKNOWN: "unknown",
};

const passing: ReadonlySet<string> = new Set<ErrorCode>([
  "NO_LEADER",
  "NOT_A_MEMBER",
  "TRANSFERRING",
  "OVERLOADED",
  "BEHIND",
]);

/** Whether the same request may succeed a little later, or at another node; nothing was done. */
export function isPassing({ code, outcome }: { readonly code: string; readonly outcome: Outcome }): boolean {
  return outcome === "not-applied" && passing.has(code);
}
