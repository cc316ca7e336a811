/** Of the turns of a measurement. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Throws a TypeError where there is no value: nothing was measured, and that is not 0. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new TypeError("values: must hold at least one");
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? max;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? min) + upper) / 2;
  return { median, min, max };
}

/** Ours by theirs: the medians' ratio, and the spread of what the turns, each taken for itself, come to. */
export interface Ratio extends Spread {
  /** Of the medians. */
  readonly ofMedians: number;
}

/** `ours[i]` and `theirs[i]` were measured in the same turn. Throws a TypeError where they differ in number. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  if (ours.length !== theirs.length) throw new TypeError("theirs: must hold as many values as ours");
  const byTurn = ours.map((value, i) => value / (theirs[i] ?? Number.NaN));
  return { ofMedians: spreadOf(ours).median / spreadOf(theirs).median, ...spreadOf(byTurn) };
}
