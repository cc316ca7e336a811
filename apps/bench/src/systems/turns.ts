export interface Turn<Side> {
  /** From 1 on. */
  readonly turn: number;
  readonly side: Side;
}

/**
 * Who is measured after whom: A B, B A, A B and so on, so that no side always meets what the other has left behind, like
 * pages that the disk still writes.
 */
export function* inTurns<Side>(sides: readonly Side[], turns: number): Generator<Turn<Side>> {
  for (let turn = 1; turn <= turns; turn += 1) {
    for (const side of turn % 2 === 1 ? sides : sides.toReversed()) yield { turn, side };
  }
}

/** `total` in so many turns, as evenly as can be; in fewer turns where there would be nothing in some. */
export function sharesOf(total: number, turns: number): readonly number[] {
  const length = Math.min(total, turns);
  return Array.from({ length }, (_, i) => Math.floor((total + i) / length));
}
