import type { BenchSettings } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";
import { ownProgram, resultOf } from "../ground/json-process.ts";
import { type Machine, describeMachine, machineInWords } from "../machine/machine.ts";
import type { Outcome } from "../report/outcome.ts";
import { countText } from "../report/columns.ts";
import { spreadOf } from "../report/spread.ts";
import type { CoreAllocation, CoreSettings, CoreSpeed } from "./measure-core.ts";

export interface CoreTurn {
  readonly speed: CoreSpeed;
  readonly allocation: CoreAllocation;
}

/** Of `--core --json`. */
export interface CoreReport {
  readonly benchmark: "core";
  readonly machine: Machine;
  readonly settings: CoreSettings;
  readonly turns: readonly CoreTurn[];
}

/** Commands of one proposal: what a busy node finds in its inbox at one turn of its event loop. */
const BATCH = 64;

/** Few enough that all their garbage fits into the young generation below, enough that nothing else shows. */
const ALLOCATION_ENTRIES_MAX = 512_000;
const YOUNG_GENERATION_MIB = 512;
const ALLOCATION_FLAGS = [
  "--expose-gc",
  `--min-semi-space-size=${YOUNG_GENERATION_MIB}`,
  `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
] as const;

/** Three cores in one thread: speed in one process, and then allocation in one that is told not to collect. */
export async function measureCore({ load, turns }: BenchSettings, ground: Ground): Promise<Outcome> {
  const machine = await describeMachine(ground.directory);
  const { total, warmUp, valueBytes } = load;
  const settings = { total, warmUp, batch: BATCH, valueBytes };
  const measured: CoreTurn[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    ground.progress(`turn ${turn} of ${turns}`);
    measured.push(await measureTurn(settings, ground));
  }
  const report: CoreReport = { benchmark: "core", machine, settings, turns: measured };
  return { report, text: coreInWords(report) };
}

/** One turn of it, each half in a process of its own. */
export async function measureTurn(
  settings: CoreSettings,
  ground: Pick<Ground, "children" | "signal">,
): Promise<CoreTurn> {
  const speed = await resultOf<CoreSpeed>(ownProgram("core/speed-process", settings), ground);
  const few = { ...settings, total: Math.min(settings.total, ALLOCATION_ENTRIES_MAX) };
  const program = ownProgram("core/allocation-process", few, ALLOCATION_FLAGS);
  return { speed, allocation: await resultOf<CoreAllocation>(program, ground) };
}

/** For people. */
export function coreInWords({ machine, settings, turns }: CoreReport): string {
  const { batch, valueBytes } = settings;
  const median = (value: (turn: CoreTurn) => number): string => countText(spreadOf(turns.map(value)).median);
  return [
    machineInWords(machine),
    `three cores in one thread, no I/O: ${median(({ speed }) => speed.entries)} entries of ${countText(valueBytes)} B in proposals of ${batch} (medians of ${turns.length})`,
    `  ${median(({ speed }) => speed.entriesPerSecond)} entries/s`,
    `  ${median(({ speed }) => speed.nanosecondsPerEntry)} ns per entry, on all three cores together (${median(({ speed }) => speed.cpuNanosecondsPerEntry)} ns of CPU time)`,
    `  ${median(({ allocation }) => allocation.bytesPerEntry)} B allocated per entry, on all three together, without the command itself`,
  ].join("\n");
}
