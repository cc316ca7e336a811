import { join } from "node:path";
import type { Ground } from "../ground/ground.ts";
import { usageOf } from "../machine/process-usage.ts";
import type { Cluster } from "../systems/cluster.ts";
import { type Filling, bytesBelow, fill, followerOf, openThree } from "./filled-cluster.ts";
import { type GrowthRow, MIB, type MeasurePart, bytesLabel } from "./part.ts";

/** For as much as anybody has the patience to measure. */
export const CATCH_UP_TIMEOUT_MS = 600_000;

/** So many that no snapshot is taken for the number of entries; for their size one is taken at 64 MiB all the same. */
const NO_SNAPSHOT = ["--snapshot-entries", "1000000000"] as const;

const FIGURES = [
  { key: "restartMs", title: "until it serves, ms" },
  { key: "peakMemoryMiB", title: "its memory, MiB" },
  { key: "diskMiB", title: "on its disk, MiB" },
] as const;
const PLOTS = [
  { title: "until it serves, ms", keys: ["restartMs"] },
  { title: "memory and disk, MiB", keys: ["peakMemoryMiB", "diskMiB"] },
] as const;

export const measureLog: MeasurePart = async ({ isQuick }, ground) => {
  const lengths = isQuick ? [500, 2000] : [1000, 10_000, 50_000, 150_000];
  const rows: GrowthRow[] = [];
  for (const entries of lengths) {
    const keys = Math.min(1000, entries);
    const filling = { keys, valueBytes: 256, puts: entries - keys };
    rows.push(
      await restartAfter(
        { name: `log-${entries}`, flags: NO_SNAPSHOT, x: entries, label: entries.toLocaleString("en"), filling },
        ground,
      ),
    );
  }
  return {
    ...{ name: "log", title: "A restart with a log that grows", xTitle: "entries behind the snapshot" },
    xScale: "logarithmic",
    method:
      "A follower of three is killed and started again; nothing is written meanwhile. Measured from the start of its process until it serves and has applied its whole log, of puts of 256 B, which no snapshot shortens.",
    ...{ figures: FIGURES, plots: PLOTS, rows },
  };
};

export const measureData: MeasurePart = async ({ isQuick, sizeBytes }, ground) => {
  const sizes = (isQuick ? [4, 1] : [64, 16, 4, 1]).map((part) => sizeBytes / part);
  const valueBytes = 4096;
  const rows: GrowthRow[] = [];
  for (const bytes of sizes) {
    const filling = { keys: Math.max(1, Math.floor(bytes / valueBytes)), valueBytes };
    rows.push(
      await restartAfter(
        { name: `data-${bytes}`, flags: [], x: bytes / MIB, label: bytesLabel(bytes), filling },
        ground,
      ),
    );
  }
  return {
    ...{ name: "data", title: "A restart with data that grow", xTitle: "MiB of values" },
    xScale: "logarithmic",
    method:
      "The same with values of 4 KiB and the snapshots that a node takes by itself: it reads the last one and the log behind it.",
    ...{ figures: FIGURES, plots: PLOTS, rows },
  };
};

interface Restart {
  readonly name: string;
  readonly flags: readonly string[];
  readonly x: number;
  readonly label: string;
  readonly filling: Filling;
}

async function restartAfter({ name, flags, x, label, filling }: Restart, ground: Ground): Promise<GrowthRow> {
  await using cluster = await openThree(ground, name, flags);
  ground.progress(`${name}: filling`);
  await fill(cluster, ground, filling);
  const { id } = await followerOf(cluster);
  await cluster.kill(id);
  ground.progress(`${name}: starting ${id} again`);
  const restartMs = await timeToWhole(cluster, id);
  const pid = cluster.nodes.find((node) => node.id === id)?.pid ?? 0;
  const { peakMemoryBytes } = await usageOf(pid);
  const diskBytes = await bytesBelow(join(ground.directory, name, id));
  return { x, label, figures: { restartMs, peakMemoryMiB: peakMemoryBytes / MIB, diskMiB: diskBytes / MIB } };
}

/** From the start of the process until all nodes serve and it has applied what the leader has. */
export async function timeToWhole(cluster: Cluster, id: string): Promise<number> {
  const beganMs = performance.now();
  await cluster.start(id);
  await cluster.whole(CATCH_UP_TIMEOUT_MS);
  return performance.now() - beganMs;
}
