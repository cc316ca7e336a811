import { Command, InvalidArgumentError, Option } from "commander";
import { parseSeed } from "../engine/seed.ts";
import type { ConfigurationChoices } from "../plan/draw-configuration.ts";
import { type Profile, profiles } from "../plan/profile.ts";

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
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("must be an integer above 0.");
  return value;
}

function seed(text: string): bigint {
  try {
    return parseSeed(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads the command line; prints what is wrong with it, or the help, and ends the process where it must. */
export function settingsOf(argv: readonly string[], randomSeed: () => bigint): Settings {
  const command = new Command("simulate")
    .description("Plays whole clusters on simulated time, network and disks, and checks all that must hold.")
    .option("--seeds <count>", "how many seeds to play", count, 100)
    .option("--seed <seed>", "play this one only: 16 hexadecimal digits, or a decimal number", seed)
    .option("--from <seed>", "the first of the seeds; by default a random one", seed)
    .addOption(new Option("--profile <name>", "what may go wrong").choices(profiles).default("swarm"))
    .option("--nodes <count>", "instead of what the seed draws", count)
    .option("--clients <count>", "instead of what the seed draws", count)
    .option("--duration-ms <ms>", "of virtual time with faults, instead of what the seed draws", count)
    .option("--jobs <count>", "threads to play on", count, 1)
    .option("--trace <file>", "write everything that happens; with --seed or --plan")
    .option("--plan <file>", "play a plan that was written by --shrink")
    .option("--shrink", "look for the smallest plan that still fails, and write it to a file");
  const flags = command.parse([...argv], { from: "user" }).opts<Flags>();
  const { nodes, clients, durationMs, jobs, plan, trace, profile } = flags;
  if (trace !== undefined && flags.seed === undefined && plan === undefined) {
    command.error("error: --trace writes one run: name it with --seed or --plan");
  }
  return {
    seeds: flags.seed === undefined && plan === undefined ? flags.seeds : 1,
    from: flags.seed ?? flags.from ?? randomSeed(),
    profile,
    choices: { nodes, clients, durationMs },
    jobs,
    trace,
    plan,
    shrink: flags.shrink === true,
  };
}
