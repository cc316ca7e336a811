import { parseArgs } from "node:util";
import { type Bounds, standardBounds } from "./bounds.ts";
import { boundsInWords, counted } from "./bounds-in-words.ts";
import { type Report, explore } from "./explore.ts";
import type { Progress } from "./exploration.ts";

const STATES_MAX = 120_000_000;
const MINUTES_MAX = 60;

const standard = standardBounds;

const HELP = `Explores what a small cluster can do, every order of events, with the core as it stands in packages/raft-core/src.

  npm run explore -- [options]

How far to go:
  --nodes N         nodes (${standard.nodes})
  --terms N         terms beyond the first, in which n1 leads (${standard.terms})
  --entries N       a leader takes commands while its log has fewer entries (${standard.entries})
  --crashes N       crashes, all nodes together (${standard.crashes})
  --duplicates N    messages that arrive once more (${standard.duplicates})
  --drops N         losses that a transport reports; losses in silence are free (${standard.drops})
  --heartbeats N    rounds of heartbeats, all leaders together (${standard.heartbeats})

What else may differ; the first is what holds otherwise:
  --pre-vote                nodes ask for pre-votes before they campaign; without it they do not
  --batches all|one         how many entries a message carries
  --disks slow|instant      whether a crash can lose what is being written
  --start settled|elected   n1's first entry has reached all; or n1 has just won
  --keep-stale              keep answers that the rule of terms makes harmless; many more states
  --plain                   every state there is, without leaving out what makes no difference: many more; only here
                            have duplicates a number: else any message may arrive again, or never

When to stop although there is more:
  --states N        after so many states (${STATES_MAX.toLocaleString("en")})
  --minutes N       after so many minutes (${MINUTES_MAX})

What holds otherwise is through in about seven minutes of one core's time, with 29 million states. This is in seconds:

  npm run explore -- --terms 1 --entries 3 --crashes 2

Ends with 1 where something happened that must not, and says how; with 2 where it was asked for wrongly; with 0 else,
exhausted or not.`;

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
    statesMax: countOf("states", values.states, STATES_MAX, 500_000_000),
    minutesMax: countOf("minutes", values.minutes, MINUTES_MAX, 100_000),
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

/** Says once a second how far it has come, and when and why it is enough. */
class Watch {
  readonly #settings: Settings;
  readonly #startedMs = performance.now();
  #saidMs = this.#startedMs;
  /** Why the exploration was stopped. */
  reason = "";

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  readonly isEnough = (progress: Progress): boolean => {
    const { statesMax, minutesMax } = this.#settings;
    const elapsedMs = performance.now() - this.#startedMs;
    this.#say(progress, elapsedMs);
    if (progress.states >= statesMax) this.reason = `${grouped(statesMax)} states are enough (--states)`;
    else if (elapsedMs >= minutesMax * 60_000) this.reason = `${counted(minutesMax, "minute")} are over (--minutes)`;
    return this.reason !== "";
  };

  #say({ states, depth, waiting }: Progress, elapsedMs: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#saidMs < 1000) return;
    this.#saidMs = nowMs;
    const perSecond = grouped(Math.round((states / elapsedMs) * 1000));
    const line = `${grouped(states)} states, ${depth} steps deep, ${grouped(waiting)} to be left, ${perSecond} states per second`;
    process.stdout.write(process.stdout.isTTY ? `\r${line}  ` : `${line}\n`);
  }
}

function summaryOf(report: Report, stopped: string): string {
  const { states, transitions, seconds, cpuSeconds, exhausted, violation } = report;
  const perSecond = grouped(Math.round(states / seconds));
  const end = exhausted
    ? "exhausted: there is nothing more within these bounds"
    : `NOT exhausted, no violation so far: ${stopped}; ${grouped(report.waiting)} states were reached but not left`;
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

async function run(settings: Settings): Promise<void> {
  print(`Within ${boundsInWords(settings.bounds)}`);
  const watch = new Watch(settings);
  const report = await explore({ bounds: settings.bounds, isEnough: watch.isEnough });
  print(`\n${summaryOf(report, watch.reason)}`);
  if (report.violation === undefined) return;
  print(["", "How it comes about:", ...report.trace.map((line, at) => `${at + 1}. ${line}`)].join("\n"));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  let settings: Settings | undefined;
  try {
    settings = settingsOf(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`explore: ${error.message}. See npm run explore -- --help.\n`);
    process.exitCode = 2;
    return;
  }
  if (settings === undefined) print(HELP);
  else await run(settings);
}

// Whoever started this has gone.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();

await main();
