import { readFileSync } from "node:fs";
import { formatSeed, parseSeed } from "../engine/seed.ts";
import { type Plan, drawPlan } from "../plan/plan.ts";
import { failureLine } from "../report/failure.ts";
import { tableOf } from "../report/table.ts";
import { type Summary, Tally, summaryOf } from "../report/tally.ts";
import { simulate } from "../run/simulate.ts";
import { play } from "./play.ts";
import { explain, playWithTrace } from "./replay.ts";
import { type Settings, settingsOf } from "./settings.ts";

const PROGRESS_EVERY_MS = 1000;
/** A broken build fails everywhere: more failures than these say nothing new. */
const FAILURES_MAX = 10;
const EXPLAINED_MAX = 3;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function randomSeed(): bigint {
  const [low = 0, high = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (BigInt(high) << 32n) | BigInt(low);
}

function planOf(settings: Settings): Plan {
  if (settings.plan === undefined) return drawPlan(settings.from, settings.profile, settings.choices);
  return JSON.parse(readFileSync(settings.plan, "utf8")) as Plan;
}

/** Says how far it has come, once a second, where somebody watches. */
function progressOf(seeds: number, startedMs: number): (tally: Tally) => void {
  let saidMs = startedMs;
  return ({ runs, failures, statistics }) => {
    const nowMs = performance.now();
    if (!process.stdout.isTTY || nowMs - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = nowMs;
    const perSecond = Math.round((statistics.counts.events / (nowMs - startedMs)) * 1000);
    process.stdout.write(`\r${runs} of ${seeds} seeds, ${failures.length} failed, ${perSecond} events per second `);
  };
}

async function playMany(settings: Settings): Promise<Tally> {
  const tally = new Tally();
  const startedMs = performance.now();
  const progress = progressOf(settings.seeds, startedMs);
  await play(settings, (summary: Summary) => {
    tally.add(summary);
    if (summary.violation !== undefined) print(`\n${failureLine(summary)}`);
    progress(tally);
    return tally.failures.length < FAILURES_MAX;
  });
  print(`\n${tableOf(tally, performance.now() - startedMs)}`);
  return tally;
}

async function playOne(settings: Settings): Promise<Tally> {
  const tally = new Tally();
  const startedMs = performance.now();
  const plan = planOf(settings);
  const outcome = settings.trace === undefined ? await simulate(plan) : await playWithTrace(plan, settings.trace);
  tally.add(summaryOf(outcome));
  print(tableOf(tally, performance.now() - startedMs));
  print(`Digest of the whole history: ${outcome.digest}`);
  return tally;
}

async function main(): Promise<void> {
  const settings = settingsOf(process.argv.slice(2), randomSeed);
  const isOne = settings.seeds === 1;
  if (settings.plan === undefined) print(`Seeds from ${formatSeed(settings.from)}, profile ${settings.profile}`);
  const tally = isOne ? await playOne(settings) : await playMany(settings);
  for (const { seed } of tally.failures.slice(0, EXPLAINED_MAX)) {
    const { profile, choices } = settings;
    const plan = isOne ? planOf(settings) : drawPlan(parseSeed(seed), profile, choices);
    await explain(plan, settings, print);
  }
  if (tally.failures.length > 0) process.exitCode = 1;
}

await main();
