import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../plan/plan.ts";
import type { Hooks } from "../process/hooks.ts";
import { counted } from "../report/counted.ts";
import { LastEvents, failureLine, replayCommand } from "../report/failure.ts";
import type { Outcome } from "../run/run.ts";
import { simulate } from "../run/simulate.ts";
import { shrink } from "../shrink.ts";
import type { Settings } from "./settings.ts";

export interface Surroundings {
  readonly print: (text: string) => void;
  /** What was asked for wrongly. */
  readonly complain: (text: string) => void;
  /** For tests: a bug in the nodes. */
  readonly hooks?: Hooks | undefined;
}

function replayOf(plan: Plan, settings: Settings): string {
  return settings.plan === undefined ? replayCommand(plan, settings.choices) : replayPlan(settings.plan);
}

function replayPlan(file: string): string {
  return `npm run simulate -- --plan ${/^[\w./+:@-]+$/.test(file) ? file : JSON.stringify(file)}`;
}

/** Plays a failing plan once more, and says how it came about. What failed has been printed already. */
export async function explain(plan: Plan, settings: Settings, surroundings: Surroundings): Promise<void> {
  const { print, hooks } = surroundings;
  const last = new LastEvents();
  const outcome = await simulate(plan, { hooks, sink: last.sink });
  const events = last.inWords();
  print(["", `The last ${counted(events.length, "event")} of seed ${plan.seed}:`, ...events.map(indent)].join("\n"));
  if (outcome.violation?.details !== undefined) print(outcome.violation.details);
  print(`Replay: ${replayOf(plan, settings)}`);
  if (settings.shrink && outcome.violation !== undefined) await shrinkFurther(outcome, surroundings);
}

async function shrinkFurther(failed: Outcome, { print, hooks }: Surroundings): Promise<void> {
  const { plan, outcome, runs } = await shrink(failed, { hooks });
  const file = join(tmpdir(), `quorate-${plan.seed}.plan.json`);
  writeFileSync(file, `${JSON.stringify(plan, undefined, 2)}\n`);
  const { faults, configuration } = plan;
  const size = [
    counted(faults.length, "fault"),
    counted(configuration.workload.clients, "client"),
    counted(outcome.step, "event"),
  ].join(", ");
  print(`Shrunk in ${counted(runs, "run")} to ${size}: ${replayPlan(file)}`);
  print(indent(failureLine({ ...outcome, seed: plan.seed })));
}

function indent(line: string): string {
  return `  ${line}`;
}
