import { RaftError } from "@quorate/raft-core";
import type { Member, RaftErrorCode } from "@quorate/raft-core";
import type { Answer } from "./answer.ts";

/** `not-applied`: it was not done and never will be. `unknown`: perhaps it was, or will be. */
export type Outcome = "not-applied" | "unknown";

export type ProblemCode =
  | "BAD_REQUEST"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONDITION_FAILED"
  | "TOO_LARGE"
  | "WRONG_CLUSTER"
  | "INTERNAL"
  | "NO_LEADER"
  | "OVERLOADED"
  | "OUTCOME_UNKNOWN";

interface Kind {
  readonly status: number;
  readonly title: string;
  readonly outcome: Outcome;
  readonly headers?: Readonly<Record<string, string>>;
}

const kinds: Readonly<Record<ProblemCode, Kind>> = {
  BAD_REQUEST: { status: 400, title: "The request is malformed", outcome: "not-applied" },
  NOT_FOUND: { status: 404, title: "There is nothing here", outcome: "not-applied" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not allowed here", outcome: "not-applied" },
  CONDITION_FAILED: { status: 412, title: "The condition does not hold", outcome: "not-applied" },
  TOO_LARGE: { status: 413, title: "The request is too large", outcome: "not-applied" },
  WRONG_CLUSTER: { status: 421, title: "This node belongs to another cluster", outcome: "not-applied" },
  INTERNAL: { status: 500, title: "The server failed", outcome: "unknown" },
  NO_LEADER: {
    status: 503,
    title: "The cluster has no leader that can be reached",
    outcome: "not-applied",
    headers: { "retry-after": "1" },
  },
  OVERLOADED: {
    status: 503,
    title: "The node has more to do than it can keep",
    outcome: "not-applied",
    headers: { "retry-after": "1" },
  },
  OUTCOME_UNKNOWN: { status: 504, title: "Nobody knows whether it was done", outcome: "unknown" },
};

export interface ProblemOptions {
  readonly leader?: Member | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is not the one hoped for. Thrown from anywhere below a route; becomes a problem document (RFC 9457). */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly leader: Member | undefined;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.leader = options.leader;
    this.#headers = options.headers ?? {};
  }

  get outcome(): Outcome {
    return kinds[this.code].outcome;
  }

  toAnswer(): Answer {
    const { status, title, outcome, headers } = kinds[this.code];
    const document = {
      type: `urn:quorate:problem:${this.code.toLowerCase().replaceAll("_", "-")}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      outcome,
      ...(this.leader === undefined ? {} : { leader: this.leader }),
    };
    return {
      status,
      headers: { "content-type": "application/problem+json", ...headers, ...this.#headers },
      body: JSON.stringify(document),
    };
  }
}

const codesOfRaft: Readonly<Partial<Record<RaftErrorCode, ProblemCode>>> = {
  NOT_LEADER: "NO_LEADER",
  NO_LEADER: "NO_LEADER",
  OVERLOADED: "OVERLOADED",
  TOO_LARGE: "TOO_LARGE",
  OUTCOME_UNKNOWN: "OUTCOME_UNKNOWN",
  STATE_MACHINE_FAILED: "OUTCOME_UNKNOWN",
  // This node has stopped or is stopping and has not done it; for the client that is a node without a leader.
  CLOSED: "NO_LEADER",
  STORAGE_FAILED: "NO_LEADER",
  INTERNAL: "NO_LEADER",
};

/** What to tell the client of an error; of one that nobody foresaw, nothing but that it happened. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RaftError) {
    const code = codesOfRaft[error.code];
    if (code !== undefined) return new Problem(code, error.message, { leader: error.leader, cause: error });
  }
  return new Problem("INTERNAL", "an error that should not happen; the server's log has it", { cause: error });
}
