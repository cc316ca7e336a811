import type { FaultType } from "../plan/fault.ts";
import { type Mark, markNames } from "./marks.ts";
import type { Outcome } from "../run/run.ts";
import { type Counter, Statistics } from "./statistics.ts";
import type { Violation } from "../invariants/violation.ts";

/** What is kept of a run: plain data, so that it can be sent between threads. */
export interface Summary {
  readonly seed: string;
  readonly digest: string;
  readonly step: number;
  readonly atMs: number;
  readonly violation: Violation | undefined;
  readonly marks: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<Counter, number>>;
  readonly faults: Readonly<Record<FaultType, number>>;
}

export function summaryOf({ plan, digest, step, atMs, violation, marks, statistics }: Outcome): Summary {
  return { seed: plan.seed, digest, step, atMs, violation, marks: marks.toJSON(), ...statistics.toJSON() };
}

/** What many runs come to. */
export class Tally {
  readonly failures: Summary[] = [];
  readonly statistics: Statistics = new Statistics();
  readonly #marks = new Map<Mark, number>();
  runs = 0;

  add(summary: Summary): void {
    this.runs += 1;
    if (summary.violation !== undefined) this.failures.push(summary);
    const { counts, faults } = this.statistics;
    for (const [name, count] of Object.entries(summary.counts)) counts[name as Counter] += count;
    for (const [type, count] of Object.entries(summary.faults)) faults[type as FaultType] += count;
    for (const mark of markNames) this.#marks.set(mark, this.mark(mark) + (summary.marks[mark] ?? 0));
  }

  mark(mark: Mark): number {
    return this.#marks.get(mark) ?? 0;
  }

  get unreached(): readonly Mark[] {
    return markNames.filter((mark) => this.mark(mark) === 0);
  }
}
