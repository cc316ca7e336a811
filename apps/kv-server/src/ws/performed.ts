/** What a request came to. */
export interface Performed {
  readonly result: unknown;
  /** How far the node had come that did it; undefined if that was this one, and may be asked. */
  readonly appliedIndex: number | undefined;
  /** What a read has found takes in memory, about. */
  readonly bytes?: number | undefined;
  /** It is that large, and therefore not in the result. */
  readonly isOmitted?: boolean | undefined;
}
