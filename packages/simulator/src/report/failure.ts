import type { Violation } from "../invariants/violation.ts";
import type { ConfigurationChoices } from "../plan/draw-configuration.ts";
import type { Plan } from "../plan/plan.ts";
import { type TraceEntry, entryInWords } from "../trace/trace.ts";

const EVENTS = 40;

/** Keeps the last events of a run. */
export class LastEvents {
  #entries: TraceEntry[] = [];

  readonly sink = (entry: TraceEntry): void => {
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * EVENTS) this.#entries = this.#entries.slice(-EVENTS);
  };

  inWords(): readonly string[] {
    return this.#entries.slice(-EVENTS).map(entryInWords);
  }
}

export interface Failed {
  readonly seed: string;
  readonly step: number;
  readonly atMs: number;
  readonly violation: Violation | undefined;
}

/** One line that says what went wrong, and where. */
export function failureLine({ seed, step, atMs, violation }: Failed): string {
  const where = `seed=${seed} step=${step} t=${atMs.toFixed(3)}ms`;
  return `SIM FAIL ${where} invariant=${violation?.invariant} node=${violation?.node ?? "-"}: ${violation?.reason}`;
}

/** The command that plays the seed again. */
export function replayCommand({ seed, profile }: Plan, { nodes, clients, durationMs }: ConfigurationChoices): string {
  return [
    `npm run simulate -- --seed ${seed} --profile ${profile}`,
    ...(nodes === undefined ? [] : [`--nodes ${nodes}`]),
    ...(clients === undefined ? [] : [`--clients ${clients}`]),
    ...(durationMs === undefined ? [] : [`--duration-ms ${durationMs}`]),
  ].join(" ");
}
