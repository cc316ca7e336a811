import { relative } from "node:path";
import { formatSeed, parseSeed } from "@quorate/virtual-time";
import { type Plan, drawPlan } from "../plan/plan.ts";
import { counted } from "../report/counted.ts";
import { failureLine } from "../report/failure.ts";
import { tableOf } from "../report/table.ts";
import { type Summary, Tally, summaryOf } from "../report/tally.ts";
import type { Outcome } from "../run/run.ts";
import { simulate } from "../run/simulate.ts";
import { readCorpus } from "./corpus.ts";
import { type Surroundings, explain } from "./explain.ts";
import { play } from "./play.ts";
import { readPlan } from "./read-plan.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { TraceWriter } from "./trace-writer.ts";
import { UsageError } from "./usage-error.ts";

const PROGRESS_EVERY_MS = 1000;
/** A broken build fails everywhere: more failures than these say nothing new. */
const FAILURES_MAX = 10;
const EXPLAINED_MAX = 3;
/** So many seeds of the swarm have no excuse for a situation that none of them got into. */
const MARKS_SEEDS = 500;

const EXIT = { held: 0, violated: 1, badUsage: 2 } as const;

function randomSeed(): bigint {
  const [low = 0, high = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Says how far it has come, once a second, where somebody watches. */
function progressOf(seeds: number, startedMs: number): (tally: Tally) => void {
  let saidMs = startedMs;
  return ({ runs, failures, statistics }) => {
    const nowMs = performance.now();
    if (!process.stdout.isTTY || nowMs - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = nowMs;
    const perSecond = Math.round((statistics.counts.events / (nowMs - startedMs)) * 1000);
    process.stdout.write(
      `\r${runs} of ${counted(seeds, "seed")}, ${failures.length} failed, ${perSecond} events per second `,
    );
  };
}

/** What has failed before is played first. Returns how much of it fails. */
async function playCorpus({ print, hooks }: Surroundings): Promise<number> {
  const corpus = readCorpus();
  let failures = 0;
  for (const { file, plan } of corpus) {
    const outcome = await simulate(plan, { hooks });
    if (outcome.violation === undefined) continue;
    failures += 1;
    print(`${failureLine(summaryOf(outcome))}\nReplay: npm run simulate -- --plan ${relative(process.cwd(), file)}`);
  }
  if (corpus.length > 0) print(`Of ${counted(corpus.length, "plan")} that failed before, ${failures} failed again.`);
  return failures;
}

async function playMany(settings: Settings, { print, hooks }: Surroundings): Promise<Tally> {
  const { from, seeds, profile } = settings;
  print(`${counted(seeds, "seed")} from ${formatSeed(from)}, profile ${profile}`);
  const tally = new Tally();
  const startedMs = performance.now();
  const progress = progressOf(seeds, startedMs);
  const tell = (summary: Summary): boolean => {
    tally.add(summary);
    if (summary.violation !== undefined) print(`\n${failureLine(summary)}`);
    progress(tally);
    return tally.failures.length < FAILURES_MAX;
  };
  await play(settings, tell, hooks);
  if (tally.runs < seeds)
    print(`\nStopped at ${tally.failures.length} failures: ${counted(seeds - tally.runs, "seed")} not played.`);
  print(`\n${tableOf(tally, performance.now() - startedMs)}`);
  return tally;
}

async function playWithTrace(plan: Plan, file: string, { hooks }: Surroundings): Promise<Outcome> {
  const writer = new TraceWriter(file, plan);
  try {
    return await simulate(plan, { hooks, sink: writer.sink });
  } finally {
    writer.close();
  }
}

async function playOne(plan: Plan, settings: Settings, surroundings: Surroundings): Promise<Tally> {
  const { print, hooks } = surroundings;
  const { trace, plan: file } = settings;
  print(`${file === undefined ? "" : `${file}: `}seed ${plan.seed}, profile ${plan.profile}`);
  const tally = new Tally();
  const startedMs = performance.now();
  const outcome =
    trace === undefined ? await simulate(plan, { hooks }) : await playWithTrace(plan, trace, surroundings);
  const summary = summaryOf(outcome);
  tally.add(summary);
  if (summary.violation !== undefined) print(failureLine(summary));
  print(tableOf(tally, performance.now() - startedMs));
  print(`Digest of the whole history: ${outcome.digest}`);
  if (trace !== undefined) print(`Trace: ${trace}`);
  return tally;
}

async function explainSome({ failures }: Tally, settings: Settings, surroundings: Surroundings): Promise<void> {
  const { profile, choices } = settings;
  for (const { seed } of failures.slice(0, EXPLAINED_MAX)) {
    await explain(drawPlan(parseSeed(seed), profile, choices), settings, surroundings);
  }
  const rest = failures.slice(EXPLAINED_MAX).map(({ seed }) => seed);
  if (rest.length > 0) {
    surroundings.print(`\n${rest.length} more, not shown: ${rest.length === 1 ? "seed" : "seeds"} ${rest.join(", ")}`);
  }
}

async function runWith(settings: Settings, surroundings: Surroundings): Promise<number> {
  const { plan: file, from, profile, choices } = settings;
  let tally: Tally;
  if (settings.seeds === 1) {
    const plan = file === undefined ? drawPlan(from, profile, choices) : readPlan(file);
    tally = await playOne(plan, settings, surroundings);
    if (tally.failures.length > 0) await explain(plan, settings, surroundings);
  } else {
    const again = settings.corpus ? await playCorpus(surroundings) : 0;
    tally = await playMany(settings, surroundings);
    await explainSome(tally, settings, surroundings);
    const isUntested = profile === "swarm" && tally.runs >= MARKS_SEEDS && tally.unreached.length > 0;
    if (again > 0 || isUntested) return EXIT.violated;
  }
  return tally.failures.length > 0 ? EXIT.violated : EXIT.held;
}

/** Does what the command line asks for, and resolves with the exit code. */
export async function runCommand(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const settings = settingsOf(argv, randomSeed, surroundings.print);
    return settings === undefined ? EXIT.held : await runWith(settings, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    surroundings.complain(error.message);
    return EXIT.badUsage;
  }
}
