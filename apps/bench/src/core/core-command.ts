import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type CoreAllocation, type CoreSettings, type CoreSpeed, measureCoreSpeed } from "./measure-core.ts";

export interface CoreResult {
  readonly settings: CoreSettings;
  readonly speed: CoreSpeed;
  readonly allocation: CoreAllocation;
}

/** Few enough that all their garbage fits into the young generation below, enough that nothing else shows. */
const ALLOCATION_ENTRIES_MAX = 64_000;
const ALLOCATION_BATCHES_MAX = 4000;
const YOUNG_GENERATION_MIB = 512;

/** Measures speed in this process, and then allocation in one that is told not to collect. */
export async function measureCore(settings: CoreSettings): Promise<CoreResult> {
  const speed = measureCoreSpeed(settings);
  return { settings, speed, allocation: await measureApart(settings) };
}

async function measureApart(settings: CoreSettings): Promise<CoreAllocation> {
  const total = Math.min(settings.total, ALLOCATION_ENTRIES_MAX, ALLOCATION_BATCHES_MAX * settings.batch);
  const flags = [
    "--expose-gc",
    `--min-semi-space-size=${YOUNG_GENERATION_MIB}`,
    `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    new URL(`./allocation-process${import.meta.url.slice(-3)}`, import.meta.url).pathname,
    JSON.stringify({ ...settings, total }),
  ]);
  return JSON.parse(stdout) as CoreAllocation;
}

/** In words, for people. */
export function describeCore({ settings, speed, allocation }: CoreResult): string {
  const { batch, valueSizeBytes } = settings;
  return [
    `three cores in one thread, no I/O: ${speed.entries} entries of ${valueSizeBytes} B in proposals of ${batch}`,
    `  ${Math.round(speed.entriesPerSecond).toLocaleString("en")} entries/s, ${Math.round(speed.nanosecondsPerEntry)} ns per entry on all three cores together`,
    `  ${Math.round(allocation.bytesPerEntry)} B allocated per entry (growth of the heap over ${allocation.entries} entries without a collection; commands not counted)`,
  ].join("\n");
}
