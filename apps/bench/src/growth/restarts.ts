import { join } from "node:path";
import type { Ground } from "../ground/ground.ts";
import { usageOf } from "../machine/process-usage.ts";
import type { Cluster } from "../systems/cluster.ts";
import { type Filling, bytesBelow, fill, followerOf, openThree } from "./filled-cluster.ts";
import { statusAt } from "./node-status.ts";
import { type GrowthRow, MIB, type MeasurePart, bytesLabel } from "./part.ts";

/** For as much as anybody has the patience to measure. */
export const CATCH_UP_TIMEOUT_MS = 600_000;

/** So many entries, and so many bytes of them, that no snapshot is taken for either: the second is the most that a server takes. */
const NO_SNAPSHOT = ["--snapshot-entries", "1000000000", "--segment-bytes", String(1024 * MIB)] as const;

const FIGURES = [
  { key: "entriesBehind", title: "entries behind its snapshot" },
  { key: "restartMs", title: "until it serves, ms" },
  { key: "peakMemoryMiB", title: "its memory, MiB" },
  { key: "diskMiB", title: "on its disk, MiB" },
] as const;
const PLOTS = [
  { title: "until it serves, ms", keys: ["restartMs"] },
  { title: "memory and disk, MiB", keys: ["peakMemoryMiB", "diskMiB"] },
] as const;

export const measureLog: MeasurePart = async ({ isQuick, entries: only }, ground) => {
  const usual = isQuick ? [500, 2000] : [1000, 10_000, 50_000, 150_000, 1_000_000];
  const lengths = only === undefined ? usual : [only];
  const rows: GrowthRow[] = [];
  for (const entries of lengths) {
    const keys = Math.min(1000, entries);
    const filling = { keys, valueBytes: 256, puts: entries - keys };
    const label = entries.toLocaleString("en");
    const row = await restartAfter({ name: `log-${entries}`, flags: NO_SNAPSHOT, x: entries, label, filling }, ground);
    const { entriesBehind = 0 } = row.figures;
    if (entriesBehind < entries) throw new Error(`of ${entries} entries ${entriesBehind} were behind the snapshot`);
    rows.push(row);
  }
  return {
    ...{ name: "log", title: "A restart with a log that grows", xTitle: "entries of 256 B" },
    xScale: "logarithmic",
    method:
      "A follower of three is killed and started again; nothing is written meanwhile. Measured from the start of its process until it serves and has applied its whole log, of puts of 256 B to 1,000 keys, which no snapshot shortens: with --snapshot-entries and --segment-bytes as large as that takes.",
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
  const { pid = 0, url = "" } = cluster.nodes.find((node) => node.id === id) ?? {};
  const { peakMemoryBytes } = await usageOf(pid);
  const status = await statusAt(url);
  if (status === undefined) throw new Error(`${id} has not told its status after its restart`);
  const entriesBehind = status.appliedIndex - status.snapshotIndex;
  const diskBytes = await bytesBelow(join(ground.directory, name, id));
  const [peakMemoryMiB, diskMiB] = [peakMemoryBytes / MIB, diskBytes / MIB];
  return { x, label, figures: { entriesBehind, restartMs, peakMemoryMiB, diskMiB } };
}

/** From the start of the process until all nodes serve and it has applied what the leader has. */
export async function timeToWhole(cluster: Cluster, id: string): Promise<number> {
  const beganMs = performance.now();
  await cluster.start(id);
  await cluster.whole(CATCH_UP_TIMEOUT_MS);
  return performance.now() - beganMs;
}
