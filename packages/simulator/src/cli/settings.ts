import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { parseSeed } from "@quorate/virtual-time";
import { choiceLimits } from "../plan/choice-limits.ts";
import type { ConfigurationChoices } from "../plan/draw-configuration.ts";
import { type Profile, profiles } from "../plan/profile.ts";
import { UsageError } from "./usage-error.ts";

/** What the command line asks for. */
export interface Settings {
  readonly seeds: number;
  readonly from: bigint;
  readonly profile: Profile;
  readonly choices: ConfigurationChoices;
  readonly jobs: number;
  readonly trace: string | undefined;
  readonly plan: string | undefined;
  readonly shrink: boolean;
  /** The plans that have failed before are played first. */
  readonly corpus: boolean;
}

interface Flags {
  readonly seeds: number;
  readonly seed?: bigint;
  readonly from?: bigint;
  readonly profile: Profile;
  readonly nodes?: number;
  readonly clients?: number;
  readonly durationMs?: number;
  readonly jobs: number;
  readonly trace?: string;
  readonly plan?: string;
  readonly shrink?: boolean;
  readonly corpus: boolean;
}

const JOBS_MAX = 64;

const EXAMPLES = `
A seed is written as it is printed, in 16 hexadecimal digits; leading zeros may be left out, and 0x may stand in front.
--shrink writes its plan to the system's folder for temporary files, and prints where.

Ends with 0 where everything held, with 1 where something was violated, with 2 where it was asked for wrongly.

  npm run simulate -- --seeds 500 --jobs 2
  npm run simulate -- --seed 526 --profile disk --trace run.trace
  npm run simulate -- --seeds 500 --shrink`;

function countUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It must be an integer from 1 to ${most}.`);
  };
}

function seed(text: string): bigint {
  try {
    return parseSeed(text);
  } catch {
    throw new InvalidArgumentError("It must be up to 16 hexadecimal digits.");
  }
}

function commandWith(print: (text: string) => void): Command {
  const instead = "instead of what the seed draws";
  return new Command("simulate")
    .description("Plays whole clusters on simulated time, network and disks, and checks all that must hold.")
    .usage("[options]")
    .option("--seeds <count>", "how many seeds to play", countUpTo(1_000_000_000), 100)
    .option("--from <seed>", "the first of them; by default a random one", seed)
    .addOption(new Option("--seed <seed>", "play this one only").argParser(seed).conflicts(["seeds", "from", "jobs"]))
    .addOption(new Option("--profile <name>", "what may go wrong").choices(profiles).default("swarm"))
    .option("--nodes <count>", `${instead}: 1 to ${choiceLimits.nodes}`, countUpTo(choiceLimits.nodes))
    .option("--clients <count>", `${instead}: 1 to ${choiceLimits.clients}`, countUpTo(choiceLimits.clients))
    .option("--duration-ms <ms>", `of virtual time with faults, ${instead}`, countUpTo(choiceLimits.durationMs))
    .option("--jobs <count>", "threads to play on", countUpTo(JOBS_MAX), 1)
    .option("--trace <file>", "write everything that happens to a file; with --seed or --plan")
    .addOption(
      new Option("--plan <file>", "play a plan that --shrink wrote").conflicts([
        ...["seeds", "seed", "from", "profile", "nodes", "clients", "durationMs", "jobs"],
      ]),
    )
    .option("--no-corpus", "do not begin with the plans that have failed before")
    .option("--shrink", "look for the smallest plan that still fails, and write it to a file")
    .helpOption("--help", "show this")
    .addHelpText("after", EXAMPLES)
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: () => undefined })
    .exitOverride();
}

/** One sentence that begins like one, and where to look. */
function complaintOf(message: string): string {
  const [first = "", ...rest] = message
    .replace(/^error: /, "")
    .replaceAll("\n", " ")
    .trim();
  const sentence = `${first.toUpperCase()}${rest.join("")}`;
  return `${sentence}${/[.?)]$/.test(sentence) ? "" : "."} See npm run simulate -- --help.`;
}

/**
 * Reads the command line. Undefined where it only asked for the help, which is printed then; what is wrong with it is
 * thrown as a UsageError.
 */
export function settingsOf(
  argv: readonly string[],
  randomSeed: () => bigint,
  print: (text: string) => void,
): Settings | undefined {
  const command = commandWith(print);
  try {
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UsageError(complaintOf(error.message));
  }
  const flags = command.opts<Flags>();
  const { nodes, clients, durationMs, jobs, plan, trace, profile } = flags;
  const isOne = flags.seed !== undefined || plan !== undefined;
  if (trace !== undefined && !isOne) throw new UsageError("--trace writes one run: name it with --seed or --plan.");
  return {
    seeds: isOne ? 1 : flags.seeds,
    from: flags.seed ?? flags.from ?? randomSeed(),
    profile,
    choices: { nodes, clients, durationMs },
    jobs,
    trace,
    plan,
    shrink: flags.shrink === true,
    corpus: flags.corpus,
  };
}
