import { parseSeed } from "@quorate/virtual-time";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { readKinds } from "../history/operation.ts";
import type { ReadKind } from "../history/operation.ts";
import { kinds } from "../plan/fault.ts";
import type { Kind } from "../plan/fault.ts";

/** What the command line asks for. */
export type Settings =
  | { readonly type: "run"; readonly run: RunSettings; readonly isJson: boolean }
  | { readonly type: "check"; readonly directory: string; readonly isJson: boolean }
  | { readonly type: "print"; readonly text: string };

export interface RunSettings {
  readonly seconds: number;
  readonly nodes: number;
  /** Undefined: a random one. */
  readonly seed: bigint | undefined;
  /** Undefined: drawn from the seed. */
  readonly isSecure: boolean | undefined;
  /** Undefined: all that can be had on this machine. */
  readonly kinds: readonly Kind[] | undefined;
  readonly clients: number;
  readonly operationsPerSecond: number;
  readonly recoveryMsMax: number;
  readonly reads: ReadKind;
  /** A file with a plan that was kept; it wins over what a plan is drawn from. */
  readonly plan: string | undefined;
  /** The run's directory stays, whatever came out. */
  readonly isKept: boolean;
}

/** The command line is wrong; the message is one line for whoever wrote it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

interface Flags {
  readonly seconds: number;
  readonly nodes: number;
  readonly seed?: bigint;
  readonly kinds?: readonly Kind[];
  readonly clients: number;
  readonly rate: number;
  readonly recovery: number;
  readonly reads: ReadKind;
  readonly secure?: boolean;
  readonly plan?: string;
  readonly keep: boolean;
  readonly check?: string;
  readonly json: boolean;
}

const help = `
Needs Linux and what makes namespaces (util-linux, iproute2), nftables for partition and oneway, strace for slowdisk and fsync; as
another user than root, user namespaces. Processes, networks and small disks are gone when a run ends, however it ends; its
directory in the folder for temporary files is removed in the end, but not after kill -9, which the next run says.

Ends with 0 where everything held, with 1 where something did not or could not be checked, with 2 where nothing could be run, with 130 after
Ctrl-C. A run that fails keeps its directory and says how its schedule is played again.

  npm run chaos -- --seconds 60 --nodes 5
  npm run chaos -- --seed 2f --kinds kill,pause
  npm run chaos -- --check /tmp/quorate-chaos-AbCdEf`;

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

function seed(text: string): bigint {
  try {
    return parseSeed(text);
  } catch {
    throw new InvalidArgumentError("It must be up to 16 hexadecimal digits.");
  }
}

function kindList(text: string): readonly Kind[] {
  const named = text.split(",").map((name) => name.trim());
  const unknown = named.filter((name) => !kinds.some((kind) => kind === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`${unknown.join(", ")} is none of ${kinds.join(", ")}.`);
  return kinds.filter((kind) => named.includes(kind));
}

function commandWith(print: (text: string) => void): Command {
  return new Command("npm run chaos --")
    .description("Real servers under real faults, and a check of everything that their clients saw.")
    .option("--seconds <n>", "how long faults come about", wholeNumber(5, 86_400), 60)
    .option("--nodes <n>", "how many servers", wholeNumber(1, 9), 3)
    .option("--seed <seed>", "of the schedule, as it was printed; by default a random one", seed)
    .option("--kinds <list>", `which faults: ${kinds.join(",")}; by default all that can be made here`, kindList)
    .option("--secure", "mutual TLS and a secret between the servers; by default drawn from the seed")
    .option("--no-secure", "plain text between the servers")
    .option("--clients <n>", "how many clients", wholeNumber(1, 200), 10)
    .option("--rate <n>", "operations per second of all clients, at most", wholeNumber(1, 10_000), 300)
    .option(
      "--recovery <n>",
      "seconds: all serve so soon after the faults, and end so soon when their log fails",
      wholeNumber(1, 600),
      10,
    )
    .addOption(
      new Option("--reads <kind>", "how clients read; stale ones must fail the checks")
        .choices(readKinds)
        .default("linearizable"),
    )
    .addOption(
      new Option("--plan <file>", "play this schedule, the plan.json of a run").conflicts([
        ...["seconds", "nodes", "seed", "kinds", "secure"],
      ]),
    )
    .option("--keep", "keep the run's directory even if everything held", false)
    .option("--check <dir>", "run nothing: check the directory of an earlier run again")
    .option("--json", "print nothing but a report in JSON, at the end", false)
    .allowExcessArguments(false)
    .addHelpText("after", help)
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .exitOverride();
}

/** Throws a UsageError. */
export function settingsOf(args: readonly string[]): Settings {
  let text = "";
  const command = commandWith((part) => {
    text += part;
  });
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { type: "print", text };
    const reason = error.message.replace(/^error: /, "").replaceAll("\n", " ");
    throw new UsageError(`${reason} (see npm run chaos -- --help)`);
  }
  const { seconds, nodes, clients, rate, recovery, reads, plan, keep, check, json, ...flags } = command.opts<Flags>();
  if (check !== undefined) return { type: "check", directory: check, isJson: json };
  const drawn = { seconds, nodes, seed: flags.seed, kinds: flags.kinds, isSecure: flags.secure };
  return {
    type: "run",
    isJson: json,
    run: { ...drawn, clients, operationsPerSecond: rate, recoveryMsMax: 1000 * recovery, reads, plan, isKept: keep },
  };
}
