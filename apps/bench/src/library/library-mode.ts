import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BenchSettings } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";
import { type Machine, describeMachine, machineInWords } from "../machine/machine.ts";
import type { Outcome } from "../report/outcome.ts";
import { countText } from "../report/columns.ts";
import { type Ratio, ratioOf, spreadOf } from "../report/spread.ts";
import { inTurns } from "../systems/turns.ts";
import type { CallersResult } from "./callers.ts";
import { type HashicorpLibrary, openHashicorp } from "./hashicorp.ts";
import { ownProgram, resultOf } from "../ground/json-process.ts";
import type { LibraryLoad } from "./own-library.ts";

/** Of `--library --json`. */
export interface LibraryReport {
  readonly benchmark: "library";
  readonly machine: Machine;
  readonly load: Omit<LibraryLoad, "directory">;
  /** One for each turn. */
  readonly quorate: readonly CallersResult[];
  readonly hashicorp?: readonly CallersResult[];
  /** Ours by theirs: above 1 is faster, and below 1 is sooner. */
  readonly ratios?: Ratios;
  /** Why there is no rival although one was asked for. */
  readonly withoutRival?: string;
}

interface Ratios {
  readonly opsPerSecond: Ratio;
  readonly p50: Ratio;
  readonly p99: Ratio;
  readonly cpuSecondsPer1000: Ratio;
}

/** Three nodes in one process, each turn in a process of its own; with a rival in turns. */
export async function measureLibrary({ load, rival, turns }: BenchSettings, ground: Ground): Promise<Outcome> {
  const machine = await describeMachine(ground.directory);
  const { clients, total, warmUp, valueBytes } = load;
  const asked = { clients, total, warmUp, valueBytes };
  const { library: hashicorp, reason } = rival === "hashicorp" ? await openHashicorp(ground) : {};
  const own = sideOf("quorate", (each) => resultOf(ownProgram("library/own-process", each), ground));
  const other = hashicorp === undefined ? undefined : sideOf("hashicorp", hashicorp.measure);
  const fresh = async (name: string): Promise<LibraryLoad> => {
    const directory = join(ground.directory, name);
    await mkdir(directory);
    return { ...asked, directory };
  };
  for (const { turn, side } of inTurns(other === undefined ? [own] : [own, other], turns)) {
    ground.progress(`turn ${turn} of ${turns}: ${side.name}`);
    side.results.push(await side.measure(await fresh(`${side.name}-${turn}`)));
  }
  const quorate = own.results;
  const compared = other === undefined ? {} : { hashicorp: other.results, ratios: ratiosOf(quorate, other.results) };
  const withoutRival = reason === undefined ? {} : { withoutRival: reason };
  const report: LibraryReport = { benchmark: "library", machine, load: asked, quorate, ...compared, ...withoutRival };
  return { report, text: libraryInWords(report) };
}

interface Side {
  readonly name: string;
  readonly measure: HashicorpLibrary["measure"];
  readonly results: CallersResult[];
}

function sideOf(name: string, measure: Side["measure"]): Side {
  return { name, measure, results: [] };
}

function ratiosOf(ours: readonly CallersResult[], theirs: readonly CallersResult[]): Ratios {
  const by = (value: (result: CallersResult) => number): Ratio => ratioOf(ours.map(value), theirs.map(value));
  return {
    opsPerSecond: by(({ opsPerSecond }) => opsPerSecond),
    p50: by(({ latencyMs }) => latencyMs.p50),
    p99: by(({ latencyMs }) => latencyMs.p99),
    cpuSecondsPer1000: by((result) => result.cpuSecondsPer1000),
  };
}

/** For people. */
export function libraryInWords({ machine, load, quorate, hashicorp, ratios, withoutRival }: LibraryReport): string {
  const { clients, total, valueBytes } = load;
  const lines = [
    machineInWords(machine),
    `three nodes in one process, ${countText(total)} proposals of ${countText(valueBytes)} B by ${countText(clients)} callers`,
    ...turnsInWords("quorate", quorate),
    ...turnsInWords("hashicorp/raft with BoltDB", hashicorp ?? []),
  ];
  if (ratios !== undefined) {
    for (const name of ["opsPerSecond", "p50", "p99", "cpuSecondsPer1000"] as const) {
      const { ofMedians, min, max } = ratios[name];
      lines.push(`  ${name}: ${ofMedians.toFixed(2)} × theirs (turns: ${min.toFixed(2)} to ${max.toFixed(2)})`);
    }
  }
  if (withoutRival !== undefined) lines.push(withoutRival);
  return lines.join("\n");
}

function turnsInWords(name: string, turns: readonly CallersResult[]): readonly string[] {
  const [only] = turns;
  if (only === undefined) return [];
  if (turns.length === 1) return [`${name}: ${turnInWords(only)}`];
  const { median } = spreadOf(turns.map(({ opsPerSecond }) => opsPerSecond));
  return [`${name}: ${countText(median)} ops/s (median)`, ...turns.map((turn) => `  ${turnInWords(turn)}`)];
}

function turnInWords({ opsPerSecond, errors, firstError, cpuSecondsPer1000, latencyMs }: CallersResult): string {
  const { p50, p99, p999, max } = latencyMs;
  const failed = errors === 0 ? "" : `, ${countText(errors)} errors (${firstError})`;
  const latency = `p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, p99.9 ${p999.toFixed(2)}, max ${max.toFixed(2)} ms`;
  return `${countText(opsPerSecond)} ops/s, ${latency}, CPU ${cpuSecondsPer1000.toFixed(3)} s/1000${failed}`;
}
