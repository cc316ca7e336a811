import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchSettings, GrowthPartName } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";
import { type Machine, describeMachine, machineInWords } from "../machine/machine.ts";
import type { Outcome } from "../report/outcome.ts";
import { measureCatchUp } from "./catch-up.ts";
import { documentOf, pictureName, tableOf } from "./document.ts";
import { measureJoining } from "./joining.ts";
import type { GrowthPart, MeasurePart } from "./part.ts";
import { pictureOf } from "./picture.ts";
import { measureData, measureLog } from "./restarts.ts";
import { measureKeys, measureNodes, measureValues } from "./sweeps.ts";

/** Of `--growth --json`. */
export interface GrowthReport {
  readonly benchmark: "growth";
  readonly machine: Machine;
  readonly parts: readonly GrowthPart[];
}

const measures: Readonly<Record<GrowthPartName, MeasurePart>> = {
  values: measureValues,
  keys: measureKeys,
  nodes: measureNodes,
  log: measureLog,
  data: measureData,
  "catch-up": measureCatchUp,
  joining: measureJoining,
};

/** One part after the other; tables and pictures are written after each, so that what is there stays if a later one fails. */
export async function measureGrowth({ mode }: BenchSettings, ground: Ground): Promise<Outcome> {
  if (mode.type !== "growth") throw new TypeError(`mode: ${mode.type} is not growth`);
  const machine = await describeMachine(ground.directory);
  const parts: GrowthPart[] = [];
  for (const name of mode.parts) {
    parts.push(await measures[name](mode, ground));
    if (mode.output !== undefined) await write(mode.output, machine, parts);
  }
  const report: GrowthReport = { benchmark: "growth", machine, parts };
  const written = mode.output === undefined ? [] : [`Written: ${join(mode.output, "growth.md")} and its pictures`];
  const sections = parts.map((part) => `${part.title}\n${tableOf(part)}`);
  return { report, text: [machineInWords(machine), ...sections, ...written].join("\n\n") };
}

async function write(directory: string, machine: Machine, parts: readonly GrowthPart[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "growth.md"), documentOf(machine, parts));
  for (const part of parts) await writeFile(join(directory, pictureName(part)), pictureOf(part));
}
