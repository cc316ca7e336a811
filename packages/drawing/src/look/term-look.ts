/** So many colours follow one another before the first comes again; the term's number stands beside each. */
export const TERM_COLORS = 8;

/** The class of theme.css that colours what belongs to a term. */
export function termClass(term: number): string {
  return term <= 0 ? "term-none" : `term-${(term - 1) % TERM_COLORS}`;
}
