import { errorOutcomes } from "@quorate/client/protocol";
import type { ErrorCode, Failure, Outcome } from "@quorate/client/protocol";
import { RaftError } from "@quorate/raft-core";
import type { Member, RaftErrorCode } from "@quorate/raft-core";
import type { Answer } from "./answer.ts";

export type ProblemCode = ErrorCode;

interface Kind {
  readonly status: number;
  readonly title: string;
  /** What the client, or its operator, can do. */
  readonly remedy: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const soon: Readonly<Record<string, string>> = { "retry-after": "1" };

const kinds: Readonly<Record<ProblemCode, Kind>> = {
  BAD_REQUEST: {
    status: 400,
    title: "The request is malformed",
    remedy: "correct what detail names",
  },
  FORBIDDEN: {
    status: 403,
    title: "A web page may not do that here",
    remedy: "do what detail says, or ask without a browser",
  },
  NOT_A_PEER: {
    status: 403,
    title: "This port is for the nodes of the cluster",
    remedy: "ask on the port for clients; between nodes, give both the same certificates' authority and secret",
  },
  NOT_FOUND: {
    status: 404,
    title: "There is nothing here",
    remedy: "look for another key or resource",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: "The method is not allowed here",
    remedy: "use one of those that the header allow lists",
  },
  MEMBERSHIP_PENDING: {
    status: 409,
    title: "The membership cannot be changed now",
    remedy: "wait until GET /v1/cluster/members shows no change under way, then ask again",
    headers: soon,
  },
  MEMBERSHIP_REFUSED: {
    status: 409,
    title: "There can be no such change of the membership",
    remedy: "ask for something else; detail says what is wrong",
  },
  TERM_CHANGED: {
    status: 409,
    title: "Another term has begun",
    remedy: "read, decide anew, and ask again",
  },
  TRANSFER_REFUSED: {
    status: 409,
    title: "The lead was not handed over",
    remedy: "choose another target, or ask again; detail says what is wrong",
  },
  TRANSFER_FAILED: {
    status: 409,
    title: "The lead was not handed over in time",
    remedy: "look who leads (GET /v1/status); ask again if it matters",
  },
  CONDITION_FAILED: {
    status: 412,
    title: "The condition does not hold",
    remedy: "read, decide, try again",
  },
  TOO_LARGE: {
    status: 413,
    title: "The request is too large",
    remedy: "send less; detail names the limit",
  },
  WRONG_CLUSTER: {
    status: 421,
    title: "This node belongs to another cluster",
    remedy: "correct the addresses of the nodes",
  },
  INTERNAL: { status: 500, title: "The server failed", remedy: "report it, with the server's log" },
  NO_LEADER: {
    status: 503,
    title: "The cluster has no leader that can be reached",
    remedy: "ask again, here or at another node",
    headers: soon,
  },
  NOT_A_MEMBER: {
    status: 503,
    title: "This node takes no part in the cluster",
    remedy: "ask another node; what the operator of this one can do is told by its GET /v1/status",
  },
  TRANSFERRING: {
    status: 503,
    title: "The leader is handing over its lead",
    remedy: "ask again at once",
    headers: soon,
  },
  OVERLOADED: {
    status: 503,
    title: "The node has more to do than it can keep",
    remedy: "ask again later, and less of it",
    headers: soon,
  },
  BEHIND: {
    status: 503,
    title: "The node has not come that far",
    remedy: "ask again, here or at another node",
    headers: soon,
  },
  OUTCOME_UNKNOWN: {
    status: 504,
    title: "Nobody knows whether it was done",
    remedy: "read to find out; repeat only what may happen twice",
  },
};

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(kinds, code);
}

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
    // A leader that nobody here can reach helps no client.
    this.leader = options.leader?.address === "" ? undefined : options.leader;
    this.#headers = options.headers ?? {};
  }

  get outcome(): Outcome {
    return errorOutcomes[this.code];
  }

  /** As a WebSocket carries it. Of the leader a client needs its own address for it, which the connection adds. */
  toFailure(): Failure {
    return { code: this.code, outcome: this.outcome, detail: this.message, remedy: kinds[this.code].remedy };
  }

  toAnswer(): Answer {
    const { status, title, remedy, headers } = kinds[this.code];
    const document = {
      type: `urn:quorate:problem:${this.code.toLowerCase().replaceAll("_", "-")}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      outcome: this.outcome,
      remedy,
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
  MEMBERSHIP_PENDING: "MEMBERSHIP_PENDING",
  MEMBERSHIP_REFUSED: "MEMBERSHIP_REFUSED",
  TRANSFERRING: "TRANSFERRING",
  TRANSFER_REFUSED: "TRANSFER_REFUSED",
  TRANSFER_FAILED: "TRANSFER_FAILED",
  TERM_CHANGED: "TERM_CHANGED",
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
