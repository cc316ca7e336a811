import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plan } from "../plan/plan.ts";
import { readPlan } from "./read-plan.ts";

const folder = fileURLToPath(new URL("../../corpus/", import.meta.url));

export interface CorpusCase {
  /** The path of its file. */
  readonly file: string;
  readonly plan: Plan;
}

/** The plans that once led to a failure, in the order of their names. None where the package is installed from npm. */
export function readCorpus(): readonly CorpusCase[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.toSorted().map((name) => {
    const file = `${folder}${name}`;
    return { file, plan: readPlan(file) };
  });
}
