import type { NodeId } from "@quorate/raft-core";

/**
 * What must always hold, by the numbers of the project's reliability specification: I1 election safety, I2 one vote,
 * I3 leader append-only, I4 log matching, I5 leader completeness, I6 state machine safety, I7 commit rule, I8 monotonic
 * progress, I9 durability before promise, I10 nothing committed is lost, I11 configurations, I12 linearizability, I13 at most once, I14 read
 * validity, I15 bounded resources, I16 no disruption, I17 error discipline, I18 recovery fidelity; and `liveness`: once
 * nothing goes wrong any more, the cluster works and agrees. `undecided` breaks none of them, and is not a pass either:
 * whether the clients' history is linearizable could not be found out.
 */
export type Invariant =
  | "I1"
  | "I2"
  | "I3"
  | "I4"
  | "I5"
  | "I6"
  | "I7"
  | "I8"
  | "I9"
  | "I10"
  | "I11"
  | "I12"
  | "I13"
  | "I14"
  | "I15"
  | "I16"
  | "I17"
  | "I18"
  | "liveness"
  | "undecided";

export interface Violation {
  readonly invariant: Invariant;
  readonly node: NodeId | undefined;
  /** One sentence. */
  readonly reason: string;
  /** More of it, where one sentence is not enough. */
  readonly details?: string | undefined;
}

/** Keeps the first violation; the run ends with it. */
export class Verdict {
  #violation: Violation | undefined;

  get violation(): Violation | undefined {
    return this.#violation;
  }

  violate(violation: Violation): void {
    this.#violation ??= violation;
  }
}
