import type { AnsweredOperation, Operation } from "./history.ts";

/** The operations to be put in order, and others that may take effect at any time, any number of times, or never. */
export interface Piece<Input, Output> {
  readonly operations: readonly Operation<Input, Output>[];
  readonly ghosts: readonly Operation<Input, Output>[];
}

/** Where the longest order ends. */
export interface DeadEnd<State, Input, Output> {
  readonly order: readonly Operation<Input, Output>[];
  /** What it leaves. */
  readonly state: State;
  /** Those that do not fit: all that may come next or, if it is for good, the one that never will. */
  readonly stuck: readonly AnsweredOperation<Input, Output>[];
  readonly isForGood: boolean;
}
