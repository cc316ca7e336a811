import { measureCore } from "../core/core-mode.ts";
import type { Ground } from "../ground/ground.ts";
import { measureGrowth } from "../growth/growth-mode.ts";
import { measureLibrary } from "../library/library-mode.ts";
import type { Outcome } from "../report/outcome.ts";
import { measureServers } from "../servers/measure.ts";
import { UsageError } from "./settings.ts";
import type { BenchSettings } from "./settings.ts";

/** Measures, and rejects with a UsageError where what is asked for cannot be had here. */
export type Measure = (settings: BenchSettings, ground: Ground) => Promise<Outcome>;

/** What measures what the settings ask for. Throws a UsageError where nothing does. */
export function measureFor({ mode, rival, load: { scenario } }: BenchSettings): Measure {
  if (rival === "floor" && scenario !== "put")
    throw new UsageError("--vs floor goes with --scenario put: it only puts");
  if (mode.type === "core" && rival === undefined) return measureCore;
  if (mode.type === "growth" && rival === undefined) return measureGrowth;
  if (mode.type === "library" && (rival === undefined || rival === "hashicorp")) return measureLibrary;
  if (mode.type === "servers" && rival !== "hashicorp") return measureServers;
  throw new UsageError(`${mode.type}${rival === undefined ? "" : ` against ${rival}`} comes next: it is not there yet`);
}
