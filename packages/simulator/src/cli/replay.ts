import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import type { Plan } from "../plan/plan.ts";
import { LastEvents, failureLine, replayCommand } from "../report/failure.ts";
import type { Outcome } from "../run/run.ts";
import { simulate } from "../run/simulate.ts";
import { shrink } from "../shrink.ts";
import type { TraceSink } from "../trace/trace.ts";
import { traceHeader, traceLine } from "../trace/trace-file.ts";
import type { Settings } from "./settings.ts";

type Print = (text: string) => void;

const WRITE_LINES = 1000;

/** Plays a plan and writes its trace. */
export async function playWithTrace(plan: Plan, file: string): Promise<Outcome> {
  const descriptor = openSync(file, "w");
  let lines = [traceHeader(plan)];
  const flush = (): void => {
    writeSync(descriptor, `${lines.join("\n")}\n`);
    lines = [];
  };
  const sink: TraceSink = (entry) => {
    lines.push(traceLine(entry));
    if (lines.length >= WRITE_LINES) flush();
  };
  try {
    const outcome = await simulate(plan, { sink });
    flush();
    return outcome;
  } finally {
    closeSync(descriptor);
  }
}

function flagsOf({ choices, plan }: Settings): readonly string[] {
  if (plan !== undefined) return [`--plan ${plan}`];
  const { nodes, clients, durationMs } = choices;
  return [
    ...(nodes === undefined ? [] : [`--nodes ${nodes}`]),
    ...(clients === undefined ? [] : [`--clients ${clients}`]),
    ...(durationMs === undefined ? [] : [`--duration-ms ${durationMs}`]),
  ];
}

/** Plays a failing plan once more, and says how it came about. */
export async function explain(plan: Plan, settings: Settings, print: Print): Promise<void> {
  const last = new LastEvents();
  const outcome = await simulate(plan, { sink: last.sink });
  print(["", failureLine({ ...outcome, seed: plan.seed }), ...last.inWords().map((line) => `  ${line}`)].join("\n"));
  if (outcome.violation?.details !== undefined) print(outcome.violation.details);
  print(`Replay: ${replayCommand(plan, flagsOf(settings))}`);
  if (!settings.shrink || outcome.violation === undefined) return;
  const shrunk = await shrink(outcome);
  const file = `simulation-${plan.seed}.plan.json`;
  writeFileSync(file, `${JSON.stringify(shrunk.plan, undefined, 2)}\n`);
  const { faults, configuration } = shrunk.plan;
  const size = `${faults.length} faults, ${configuration.workload.clients} clients, ${shrunk.outcome.step} events`;
  print(`Shrunk in ${shrunk.runs} runs to ${size}: npm run simulate -- --plan ${file}`);
  print(`  ${failureLine({ ...shrunk.outcome, seed: plan.seed })}`);
}
