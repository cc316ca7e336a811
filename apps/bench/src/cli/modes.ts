import { measureCore } from "../core/core-mode.ts";
import type { Ground } from "../ground/ground.ts";
import { measureGrowth } from "../growth/growth-mode.ts";
import { measureLibrary } from "../library/library-mode.ts";
import type { Outcome } from "../report/outcome.ts";
import { measureFailover } from "../failover/measure.ts";
import { measureServers } from "../servers/measure.ts";
import { UsageError } from "./settings.ts";
import type { BenchSettings, Mode, Rival } from "./settings.ts";

/** Measures, and rejects with a UsageError where what is asked for cannot be had here. */
export type Measure = (settings: BenchSettings, ground: Ground) => Promise<Outcome>;

/** What measures what the settings ask for. Throws a UsageError where nothing does. */
export function measureFor({ mode, rival, load: { scenario } }: BenchSettings): Measure {
  const measure = measures[mode.type];
  const rivals = rivalsOf[mode.type];
  if (rival !== undefined && !rivals.includes(rival)) {
    const known = rivals.length === 0 ? "goes without --vs" : `goes with --vs ${rivals.join(" or ")}`;
    throw new UsageError(`--vs ${rival} is not for ${mode.type}: that ${known}`);
  }
  if ((rival === "floor" || rival === "floor-kv") && scenario !== "put") {
    throw new UsageError(`--vs ${rival} goes with --scenario put: the floor only puts`);
  }
  return measure;
}

const measures: Readonly<Record<Mode["type"], Measure>> = {
  servers: measureServers,
  failover: measureFailover,
  library: measureLibrary,
  core: measureCore,
  growth: measureGrowth,
};

const rivalsOf: Readonly<Record<Mode["type"], readonly Rival[]>> = {
  servers: ["etcd", "floor", "floor-kv"],
  failover: ["etcd"],
  library: ["hashicorp"],
  core: [],
  growth: [],
};
