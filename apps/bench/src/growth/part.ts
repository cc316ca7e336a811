import type { GrowthMode } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";

/** One measured point: figures by name, a line of the table. */
export interface GrowthRow {
  /** As people read it. */
  readonly label: string;
  /** Where it stands on the horizontal axis. */
  readonly x: number;
  readonly figures: Readonly<Record<string, number>>;
}

/** A figure, and how it is shown. */
export interface Figure {
  /** In `GrowthRow.figures`. */
  readonly key: string;
  readonly title: string;
}

/** One picture: figures of one unit over the rows. */
export interface PlotPlan {
  readonly title: string;
  readonly keys: readonly string[];
}

/** One thing that grows, and what that did. */
export interface GrowthPart {
  readonly name: string;
  readonly title: string;
  /** What was done, in a sentence or two. */
  readonly method: string;
  /** What the rows stand for. */
  readonly xTitle: string;
  readonly xScale: "linear" | "logarithmic";
  readonly figures: readonly Figure[];
  readonly plots: readonly PlotPlan[];
  readonly rows: readonly GrowthRow[];
  /** The same over time, where a picture of that says more than one of the rows. */
  readonly course?: readonly GrowthRow[];
}

/** Measures one part; rejects when the ground is left. */
export type MeasurePart = (sizes: GrowthMode, ground: Ground) => Promise<GrowthPart>;

export const MIB: number = 1024 * 1024;

/** `1 KiB`, `1 MiB`, `12 B`: the largest unit that makes a whole number. */
export function bytesLabel(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value} ${units[unit]}`;
}
