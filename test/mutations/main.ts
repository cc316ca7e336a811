import { constants } from "node:os";
import { parseArgs } from "node:util";
import { hunt } from "./hunt.ts";
import { mutations } from "./list.ts";
import type { Mutation } from "./mutation.ts";
import { reportOf } from "./report.ts";
import { stagesWith } from "./stages.ts";

const HELP = `npm run mutate [-- --only PATTERN --jobs 1 --seeds 100]
Plants one fault at a time in a copy of the workspace and shows which test catches it.
  --only PATTERN  a regular expression: only faults whose file or description matches
  --jobs COUNT    copies of the workspace to work on at a time
  --seeds COUNT   simulated clusters for each fault that the other tests miss`;

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new TypeError(`--${name} is ${text}, but must be an integer above 0`);
  return count;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function chosen(pattern: string): readonly Mutation[] {
  const expression = new RegExp(pattern, "i");
  return mutations.filter(({ file, breaks }) => expression.test(`${file}: ${breaks}`));
}

async function main(): Promise<void> {
  const string = { type: "string" } as const;
  const options = { only: string, jobs: string, seeds: string, help: { type: "boolean" } } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) return print(HELP);
  const jobs = countOf("jobs", values.jobs ?? "1");
  const seeds = countOf("seeds", values.seeds ?? "100");
  const begun = performance.now();
  const planted = chosen(values.only ?? "");
  if (planted.length === 0) throw new Error(`--only ${values.only}: no fault of the list matches`);
  const findings = await hunt({ mutations: planted, stages: stagesWith(seeds), jobs, say: print });
  for (const line of reportOf(findings, (performance.now() - begun) / 1000)) print(line);
  if (findings.survivors.length > 0) process.exitCode = 1;
}

// Whoever started this has gone, or wants it to stop. `exit` ends what runs and removes the copies; a signal would not.
process.once("disconnect", () => process.exit(130));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
try {
  await main();
} catch (error) {
  process.stderr.write(`quorate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.removeAllListeners("disconnect");
