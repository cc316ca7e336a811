import type { Fault } from "./plan/fault.ts";
import type { Plan } from "./plan/plan.ts";
import type { Outcome, RunOptions } from "./run/run.ts";
import { simulate } from "./run/simulate.ts";

export interface ShrinkOptions extends Pick<RunOptions, "hooks"> {
  /** Plays at most this many runs. */
  readonly runsMax?: number;
  /** Told after every run. */
  progress?(plan: Plan, runs: number): void;
}

/** The smallest plan that was found, and how it fails. */
export interface Shrunk {
  readonly plan: Plan;
  readonly outcome: Outcome;
  readonly runs: number;
}

/** Plays variants of a failing plan, and keeps each that fails in the same way. */
class Shrinker {
  readonly #options: ShrinkOptions;
  readonly #invariant: string;
  best: Outcome;
  runs = 0;

  constructor(failed: Outcome, options: ShrinkOptions) {
    this.best = failed;
    this.#invariant = failed.violation?.invariant ?? "";
    this.#options = options;
  }

  get isSpent(): boolean {
    return this.runs >= (this.#options.runsMax ?? 300);
  }

  /** Whether `plan` fails, too; then it is the best one from here on. */
  async tries(plan: Plan): Promise<boolean> {
    if (this.isSpent) return false;
    this.runs += 1;
    const outcome = await simulate(plan, { hooks: this.#options.hooks });
    this.#options.progress?.(plan, this.runs);
    if (outcome.violation?.invariant !== this.#invariant) return false;
    this.best = outcome;
    return true;
  }
}

/** Nothing behind the violation matters. */
async function shorten(shrinker: Shrinker): Promise<void> {
  const { plan, atMs } = shrinker.best;
  if (atMs >= plan.configuration.durationMs) return;
  const faults = plan.faults.filter((fault) => fault.atMs <= atMs);
  const configuration = { ...plan.configuration, durationMs: Math.ceil(atMs) + 1 };
  await shrinker.tries({ ...plan, configuration, faults });
}

/** Delta debugging: leaves out ever smaller parts of the list, as long as what is left still fails. */
async function dropFaults(shrinker: Shrinker): Promise<void> {
  let parts = 2;
  while (shrinker.best.plan.faults.length > 0 && !shrinker.isSpent) {
    const { plan } = shrinker.best;
    const size = Math.ceil(plan.faults.length / parts);
    let hasShrunk = false;
    for (let at = 0; at < plan.faults.length && !hasShrunk; at += size) {
      const faults: readonly Fault[] = [...plan.faults.slice(0, at), ...plan.faults.slice(at + size)];
      hasShrunk = await shrinker.tries({ ...plan, faults });
    }
    if (hasShrunk) parts = Math.max(2, parts - 1);
    else if (size === 1) return;
    else parts *= 2;
  }
}

async function dropOutsiders(shrinker: Shrinker): Promise<void> {
  if (shrinker.best.plan.outsiders.length === 0) return;
  if (await shrinker.tries({ ...shrinker.best.plan, outsiders: [] })) return;
  for (const outsider of shrinker.best.plan.outsiders) {
    const { plan } = shrinker.best;
    const outsiders = plan.outsiders.filter((each) => each.node !== outsider.node);
    if (outsiders.length > 0) await shrinker.tries({ ...plan, outsiders });
  }
}

async function dropClients(shrinker: Shrinker): Promise<void> {
  for (let clients = 1; clients < shrinker.best.plan.configuration.workload.clients; clients += 1) {
    const { plan } = shrinker.best;
    const workload = { ...plan.configuration.workload, clients };
    if (await shrinker.tries({ ...plan, configuration: { ...plan.configuration, workload } })) return;
  }
}

/** Looks for a plan with fewer faults, fewer outsiders, fewer clients and less time that breaks the same invariant. */
export async function shrink(failed: Outcome, options: ShrinkOptions = {}): Promise<Shrunk> {
  if (failed.violation === undefined) throw new TypeError("failed is the outcome of a run that did not fail");
  const shrinker = new Shrinker(failed, options);
  let before = Infinity;
  while (shrinker.best.plan.faults.length < before && !shrinker.isSpent) {
    before = shrinker.best.plan.faults.length;
    await shorten(shrinker);
    await dropFaults(shrinker);
    await dropOutsiders(shrinker);
    await dropClients(shrinker);
  }
  return { plan: shrinker.best.plan, outcome: shrinker.best, runs: shrinker.runs };
}
