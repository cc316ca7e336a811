import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ignoredIn } from "./meanings.ts";

export const scenarios = ["put", "get", "lease-get", "stale-get", "mixed"] as const;

/** What callers do; `mixed` puts and gets by turns. */
export type Scenario = (typeof scenarios)[number];

export const rivals = ["etcd", "floor", "floor-kv", "hashicorp"] as const;

/** What is measured in turns with ours, on the same machine. */
export type Rival = (typeof rivals)[number];

/** The load and what it meets, the same for whatever is measured. */
export interface LoadSettings {
  readonly scenario: Scenario;
  /** Callers, each of which does one operation at a time. */
  readonly clients: number;
  /** Connections that the callers share, no more than there are callers. */
  readonly connections: number;
  /** Operations of all callers together. */
  readonly total: number;
  /** Operations before those, which are not measured. */
  readonly warmUp: number;
  readonly valueBytes: number;
  /** Different keys. */
  readonly keys: number;
  readonly nodes: number;
}

/** What is measured. */
export type Mode =
  | { readonly type: "servers" }
  | { readonly type: "failover"; readonly kills: number }
  | { readonly type: "library" }
  | { readonly type: "core" }
  | GrowthMode;

export const growthParts = ["values", "keys", "nodes", "log", "data", "catch-up", "joining"] as const;

export type GrowthPartName = (typeof growthParts)[number];

/** What grows, and how far. */
export interface GrowthMode {
  readonly type: "growth";
  /** Small sizes throughout, to see in seconds that it works. */
  readonly isQuick: boolean;
  readonly parts: readonly GrowthPartName[];
  /** Of the largest data that a node holds, misses or is sent. */
  readonly sizeBytes: number;
  /** Behind the snapshot of part `log`, this length alone; undefined: several. */
  readonly entries: number | undefined;
  /** Puts each second of part `joining`; undefined: as many as the part has by itself. */
  readonly rate: number | undefined;
  /** Where table and pictures are written; undefined: nowhere. */
  readonly output: string | undefined;
}

export interface BenchSettings {
  readonly mode: Mode;
  readonly load: LoadSettings;
  readonly rival: Rival | undefined;
  /** How many times each side is measured, one after the other; without a rival, how many times ours is. */
  readonly turns: number;
  /** Where the data directories are made; undefined: where temporary files are. */
  readonly directory: string | undefined;
  readonly isJson: boolean;
}

/** What the command line asks for. */
export type Settings =
  | { readonly type: "bench"; readonly bench: BenchSettings }
  | { readonly type: "print"; readonly text: string };

/** The command line is wrong, or what it asks for cannot be had here; the message is one line for whoever wrote it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

interface Flags {
  readonly scenario: Scenario;
  readonly clients: number;
  readonly connections: number;
  readonly total?: number;
  readonly warmUp?: number;
  readonly valueSize: number;
  readonly keys: number;
  readonly nodes: number;
  readonly vs?: Rival;
  readonly turns?: number;
  readonly failover?: number;
  readonly library?: true;
  readonly core?: true;
  readonly growth?: true;
  readonly quick?: true;
  readonly part?: readonly GrowthPartName[];
  readonly dataSize?: number;
  readonly entries?: number;
  readonly rate?: number;
  readonly output?: string;
  readonly directory?: string;
  readonly json: boolean;
}

const warmUpMax = 20_000;

/** The compiler is through with the core's hot functions by then. */
const coreWarmUp = 200_000;

const help = `
A setting that was given and has no meaning in what is measured is refused.

Ends with 0 where everything was measured, with 1 where something went wrong meanwhile, with 2 where nothing could be run,
with 130 after Ctrl-C. Processes are ended and files removed however a run ends.

  npm run bench -- --scenario put --vs etcd
  npm run bench -- --failover 20 --vs etcd
  npm run -s bench -- --json > report.json`;

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

function commandWith(print: (text: string) => void): Command {
  const mode = (flags: string, text: string): Option =>
    new Option(flags, text).conflicts(
      ["failover", "library", "core", "growth"].filter((name) => !flags.includes(name)),
    );
  return new Command("npm run bench --")
    .description("How fast it is: real servers on this machine, a load from a process of its own.")
    .addOption(new Option("--scenario <name>", "what is done").choices(scenarios).default("put"))
    .option("--clients <n>", "callers, each with one operation at a time", wholeNumber(1, 100_000), 256)
    .option("--connections <n>", "that the callers share", wholeNumber(1, 10_000), 4)
    .option(
      "--total <n>",
      "operations; by default 200000, with --core 5000000, in whole batches of 64",
      wholeNumber(1, 10_000_000),
    )
    .option(
      "--warm-up <n>",
      "before; by default a tenth, at most 20000; with --core 200000",
      wholeNumber(0, 10_000_000),
    )
    .option("--value-size <bytes>", "of what is put", wholeNumber(1, 1024 * 1024), 256)
    .option("--keys <n>", "different keys, all there from the start", wholeNumber(1, 10_000_000), 10_000)
    .option("--nodes <n>", "servers", wholeNumber(1, 9), 3)
    .addOption(new Option("--vs <system>", "measured in turns with ours").choices(rivals))
    .option("--turns <n>", "of each side; by default 1, with --vs 3", wholeNumber(1, 100))
    .addOption(mode("--failover <n>", "kill the leader so often").argParser(wholeNumber(1, 1000)))
    .addOption(mode("--library", "three nodes in one process, without a server"))
    .addOption(mode("--core", "the algorithm alone, without any I/O"))
    .addOption(mode("--growth", "values, keys, nodes, logs and snapshots that grow"))
    .option("--quick", "with --growth: small sizes, to see that it works")
    .addOption(new Option("--part <names...>", "with --growth: these alone").choices(growthParts))
    .option(
      "--data-size <MiB>",
      "with --growth: of the largest data; by default 1024, --quick 8",
      wholeNumber(1, 65_536),
    )
    .option("--entries <n>", "with --part log: of 256 bytes, this many and no others", wholeNumber(1, 2_500_000))
    .option(
      "--rate <n>",
      "with --part joining: puts each second; by default 5000, --quick 500",
      wholeNumber(1, 100_000),
    )
    .option("--output <dir>", "with --growth: write the table and its pictures there")
    .option("--directory <dir>", "on the disk to be measured; by default that for temporary files")
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
    throw new UsageError(`${reason} (see npm run bench -- --help)`);
  }
  const flags = command.opts<Flags>();
  const { scenario, clients, keys, nodes, vs: rival, directory, json: isJson } = flags;
  const mode = modeOf(flags);
  const ignored = ignoredIn(mode.type, (setting) => command.getOptionValueSource(setting) === "cli");
  if (ignored !== undefined) throw new UsageError(ignored);
  const isCore = mode.type === "core";
  const { total = isCore ? 5_000_000 : 200_000 } = flags;
  const warmUp = flags.warmUp ?? (isCore ? coreWarmUp : Math.min(warmUpMax, Math.ceil(total / 10)));
  const connections = Math.min(clients, flags.connections);
  const load = { scenario, clients, connections, total, warmUp, valueBytes: flags.valueSize, keys, nodes };
  const turns = flags.turns ?? (rival === undefined ? 1 : 3);
  return { type: "bench", bench: { mode, load, rival, turns, directory, isJson } };
}

function modeOf(flags: Flags): Mode {
  const { failover, library, core, growth } = flags;
  if (failover !== undefined) return { type: "failover", kills: failover };
  if (library === true) return { type: "library" };
  if (core === true) return { type: "core" };
  return growth === true ? growthOf(flags) : { type: "servers" };
}

function growthOf({ quick, part: parts = growthParts, dataSize, entries, rate, output }: Flags): GrowthMode {
  if (entries !== undefined && !parts.includes("log")) throw new UsageError("--entries goes with --part log");
  if (rate !== undefined && !parts.includes("joining")) throw new UsageError("--rate goes with --part joining");
  const isQuick = quick === true;
  const sizeBytes = (dataSize ?? (isQuick ? 8 : 1024)) * 1024 * 1024;
  return { type: "growth", isQuick, parts, sizeBytes, entries, rate, output };
}
