import type { ClusterView } from "../view/cluster-view.ts";

/** The indexes that a drawing of the logs shows, both included; `last` is below `first` where there are none. */
export interface Columns {
  readonly first: number;
  readonly last: number;
  /** Whether there are entries before and behind. */
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
}

/** The columns for at most `capacity` entries, up to `end`, or up to the last that any node has. */
export function columnsOf({ nodes }: Pick<ClusterView, "nodes">, capacity: number, end: number | undefined): Columns {
  const newest = Math.max(0, ...nodes.map(({ log }) => log.lastIndex));
  const oldest = Math.min(newest, ...nodes.map(({ log }) => log.entries[0]?.index ?? newest));
  const last = end === undefined ? newest : Math.min(newest, Math.max(end, oldest + capacity - 1));
  const first = Math.max(1, last - capacity + 1);
  return { first, last, hasEarlier: first > Math.max(1, oldest), hasLater: last < newest };
}
