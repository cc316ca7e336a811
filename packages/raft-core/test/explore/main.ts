import { parseArgs } from "node:util";
import { type Bounds, standardBounds } from "./bounds.ts";
import { type Report, explore } from "./explore.ts";
import type { Progress } from "./exploration.ts";

const HELP = `Explores what a small cluster can do, every order of events, with the core as it stands in packages/raft-core/src.

  npm run explore -- [options]

  --nodes N --terms N --entries N --crashes N --duplicates N --drops N --heartbeats N
                          how far to go; by default ${JSON.stringify(standardBounds)}
  --pre-vote              with pre-votes
  --batches one|all       how many entries a message carries
  --disks slow|instant    whether a crash can lose what is being written
  --start settled|elected whether n1's first entry has reached all, or n1 has just won
  --keep-stale            keep answers that the rule of terms makes harmless
  --plain                 every state there is, without leaving out what makes no difference: many more; only here
                          have duplicates a number: else any message may arrive again, or never
  --states N --minutes N  when to stop although there is more (by default 120,000,000 states, 60 minutes)

Ends with 1 where something happened that must not, and says how; with 0 else, exhausted or not.`;

const COUNTS = ["nodes", "terms", "entries", "crashes", "duplicates", "drops", "heartbeats"] as const;
const MOST = { nodes: 4, terms: 6, entries: 9, crashes: 15, duplicates: 15, drops: 15, heartbeats: 15 } as const;

interface Settings {
  readonly bounds: Bounds;
  readonly statesMax: number;
  readonly minutesMax: number;
}

function settingsOf(argv: readonly string[]): Settings | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const counts = { nodes: text, terms: text, entries: text, crashes: text, duplicates: text, drops: text };
  const choices = { heartbeats: text, batches: text, disks: text, start: text, states: text, minutes: text };
  const { values } = parseArgs({
    args: [...argv],
    options: { ...counts, ...choices, "pre-vote": flag, "keep-stale": flag, plain: flag, help: flag },
  });
  if (values.help) return undefined;
  const given = COUNTS.map((name) => [name, countOf(name, values[name], standardBounds[name], MOST[name])]);
  return {
    bounds: {
      ...standardBounds,
      ...(Object.fromEntries(given) as Partial<Bounds>),
      preVote: values["pre-vote"],
      batches: choiceOf("batches", values.batches, ["all", "one"]),
      disks: choiceOf("disks", values.disks, ["slow", "instant"]),
      start: choiceOf("start", values.start, ["settled", "elected"]),
      reduced: !values.plain,
      staleAnswers: values["keep-stale"] ? "kept" : "forgotten",
    },
    statesMax: countOf("states", values.states, 120_000_000, 500_000_000),
    minutesMax: countOf("minutes", values.minutes, 60, 100_000),
  };
}

function countOf(name: string, text: string | undefined, otherwise: number, most: number): number {
  const least = name === "nodes" ? 1 : 0;
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new TypeError(`--${name} is ${text}, but must be an integer from ${least} to ${most}`);
}

function choiceOf<T extends string>(name: string, text: string | undefined, choices: readonly [T, ...T[]]): T {
  const choice = choices.find((each) => each === (text ?? choices[0]));
  if (choice === undefined) throw new TypeError(`--${name} is ${text}, but must be ${choices.join(" or ")}`);
  return choice;
}

const grouped = (count: number): string => count.toLocaleString("en");

/** Says once a second how far it has come, and when it is enough. */
function watch({ statesMax, minutesMax }: Settings): (progress: Progress) => boolean {
  const startedMs = performance.now();
  let saidMs = startedMs;
  return ({ states, depth, waiting }) => {
    const nowMs = performance.now();
    if (nowMs - saidMs >= 1000) {
      saidMs = nowMs;
      const perSecond = grouped(Math.round((states / (nowMs - startedMs)) * 1000));
      const line = `${grouped(states)} states, ${depth} steps deep, ${grouped(waiting)} to be left, ${perSecond} states per second`;
      process.stdout.write(process.stdout.isTTY ? `\r${line}  ` : `${line}\n`);
    }
    return states >= statesMax || nowMs - startedMs >= minutesMax * 60_000;
  };
}

function summaryOf(report: Report): string {
  const { states, transitions, seconds, cpuSeconds, exhausted, violation } = report;
  const perSecond = grouped(Math.round(states / seconds));
  const end = exhausted
    ? "exhausted: there is nothing more within these bounds"
    : `NOT exhausted: ${grouped(report.waiting)} states were reached but not left`;
  return [
    `${grouped(states)} distinct states, ${grouped(transitions)} transitions`,
    `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU time, ${perSecond} states per second`,
    `${grouped(report.nodeStates)} distinct states of one node, ${grouped(report.nodeTransitions)} steps of the core, ${grouped(report.messages)} messages`,
    // A pair of states with one hash would hide one of them.
    `the chance that two states were taken for one: ${((states * states) / 2 ** 65).toExponential(1)}`,
    violation === undefined ? end : `VIOLATION: ${violation.sentence}`,
  ].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const settings = settingsOf(process.argv.slice(2));
  if (settings === undefined) {
    print(HELP);
    return;
  }
  print(`Within ${JSON.stringify(settings.bounds)}`);
  const report = await explore({ bounds: settings.bounds, isEnough: watch(settings) });
  print(`\n${summaryOf(report)}`);
  if (report.violation === undefined) return;
  print(["", "How it comes about:", ...report.trace.map((line, at) => `${at + 1}. ${line}`)].join("\n"));
  process.exitCode = 1;
}

// Whoever started this has gone.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();

try {
  await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
