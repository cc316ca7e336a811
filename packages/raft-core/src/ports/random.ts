/** The only source of chance. */
export interface Random {
  /** Uniformly distributed in [0, 1). */
  next(): number;
}
