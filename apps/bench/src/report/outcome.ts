/** What a kind of measurement comes to: the same twice, for programs (`--json`) and for people. */
export interface Outcome {
  /** One object, as JSON has it; documented in the README. */
  readonly report: object;
  readonly text: string;
}
