import { fill, followerOf, openThree } from "./filled-cluster.ts";
import { type GrowthRow, MIB, type MeasurePart, bytesLabel } from "./part.ts";
import { timeToWhole } from "./restarts.ts";

const VALUE_BYTES = 4096;

export const measureCatchUp: MeasurePart = async ({ isQuick, sizeBytes }, ground) => {
  const sizes = (isQuick ? [4, 1] : [64, 16, 4, 1]).map((part) => sizeBytes / part);
  const rows: GrowthRow[] = [];
  for (const bytes of sizes) {
    const name = `catch-up-${bytes}`;
    await using cluster = await openThree(ground, name);
    const { id } = await followerOf(cluster);
    await cluster.kill(id);
    ground.progress(`${name}: filling while ${id} is down`);
    await fill(cluster, ground, { keys: Math.max(1, Math.floor(bytes / VALUE_BYTES)), valueBytes: VALUE_BYTES });
    ground.progress(`${name}: ${id} catches up`);
    const catchUpMs = await timeToWhole(cluster, id);
    const figures = { catchUpMs, mebibytesPerSecond: (bytes / MIB / catchUpMs) * 1000 };
    rows.push({ x: bytes / MIB, label: bytesLabel(bytes), figures });
  }
  return {
    ...{ name: "catch-up", title: "A follower that catches up", xTitle: "MiB of values that it has missed" },
    xScale: "logarithmic",
    method:
      "A follower of three is killed, values of 4 KiB are put, and it is started again. Measured from the start of its process until it has applied everything: what the leader's log does not hold any more it gets as a snapshot.",
    figures: [
      { key: "catchUpMs", title: "until it has all, ms" },
      { key: "mebibytesPerSecond", title: "MiB/s" },
    ],
    plots: [
      { title: "until it has all, ms", keys: ["catchUpMs"] },
      { title: "MiB per second", keys: ["mebibytesPerSecond"] },
    ],
    rows,
  };
};
