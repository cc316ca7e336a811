import type { Ground } from "../ground/ground.ts";
import type { Outcome } from "../report/outcome.ts";
import { measureFailover } from "../failover/measure.ts";
import { measureServers } from "../servers/measure.ts";
import { UsageError } from "./settings.ts";
import type { BenchSettings } from "./settings.ts";

/** Measures, and rejects with a UsageError where what is asked for cannot be had here. */
export type Measure = (settings: BenchSettings, ground: Ground) => Promise<Outcome>;

/** What measures what the settings ask for. Throws a UsageError where nothing does. */
export function measureFor({ mode, rival }: BenchSettings): Measure {
  if (mode.type === "servers" && rival !== "floor") return measureServers;
  if (mode.type === "failover" && rival !== "floor") return measureFailover;
  throw new UsageError(`${mode.type}${rival === undefined ? "" : ` against ${rival}`} comes next: it is not there yet`);
}
