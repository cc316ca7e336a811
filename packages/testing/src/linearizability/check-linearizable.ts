import { explain } from "./explain.ts";
import { type Operation, splitByPart, validateHistory } from "./history.ts";
import type { Model } from "./model.ts";
import { Search, type SearchOutcome } from "./search.ts";
import { shrink } from "./shrink.ts";

const STATES_MAX = 2_000_000;

export interface CheckOptions {
  /**
   * How many states may be explored for one part of the object before the check gives up on it, and again for shrinking a
   * violation. They are held in memory, some 50 bytes for each. By default, two million.
   */
  readonly statesMax?: number;
}

/** What came out of a check. Only "linearizable" means that the history is. */
export type Verdict<Input, Output> = Linearizable | Violation<Input, Output> | Undecided;

export interface Linearizable {
  readonly type: "linearizable";
  readonly operations: number;
  readonly statesExplored: number;
}

export interface Violation<Input, Output> {
  readonly type: "violation";
  /** The part of the object, as `model.partition` names it; undefined where the model has no parts. */
  readonly part: string | undefined;
  /**
   * The smallest part of the history found that is a proof by itself. Each operation is as it was when the violation was
   * complete: one that was answered later has no answer.
   */
  readonly operations: readonly Operation<Input, Output>[];
  /** These operations line by line, and why there is no order for them. */
  readonly words: string;
  readonly statesExplored: number;
}

export interface Undecided {
  readonly type: "undecided";
  /** The first part on which the search gave up. */
  readonly part: string | undefined;
  readonly words: string;
  readonly statesExplored: number;
}

/**
 * Whether the history is linearizable: whether each operation can have taken effect at one instant between its call and its
 * answer, such that `model`, taking them in this order, gives the answers that the clients saw. Unanswered operations may
 * take effect at any time after their call, or never.
 *
 * The same history gives the same verdict. In the worst case the search takes exponential time: with many operations under
 * way at once on one part of the object; hence `statesMax`.
 */
export function checkLinearizable<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  options: CheckOptions = {},
): Verdict<Input, Output> {
  const { statesMax = STATES_MAX } = options;
  if (!Number.isSafeInteger(statesMax) || statesMax < 1) {
    throw new TypeError(`statesMax must be a positive integer, not ${String(statesMax)}`);
  }
  validateHistory(history);
  let statesExplored = 0;
  let undecided: Undecided | undefined;
  for (const [part, operations] of splitByPart(history, (input) => model.partition?.(input))) {
    let outcome: SearchOutcome = "none";
    for (const some of attempts(model, operations)) {
      const search = new Search(model, { operations: some, ghosts: [] }, statesMax);
      outcome = search.run();
      statesExplored += search.statesExplored;
      if (outcome !== "none") continue;
      const statesPerTryMax = 1000 + Math.min(10 * search.statesExplored, Math.floor(statesMax / 8));
      const piece = shrink(model, some, { statesMax, statesPerTryMax });
      const words = `${nameOf(part)} is not linearizable:\n${explain(model, piece, statesMax)}`;
      return { type: "violation", part, operations: piece.operations, words, statesExplored };
    }
    if (outcome === "undecided" && undecided === undefined) {
      const words = `${nameOf(part)}: no verdict on ${operations.length} operations after ${statesMax} states; raise statesMax, or check shorter histories or more keys`;
      undecided = { type: "undecided", part, words, statesExplored };
    }
  }
  if (undecided !== undefined) return { ...undecided, statesExplored };
  return { type: "linearizable", operations: history.length, statesExplored };
}

/**
 * All operations; but before them, if they are fewer, those without the reads that any other operation may matter to. If
 * even these have no order, it shows much sooner.
 */
function attempts<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): (readonly Operation<Input, Output>[])[] {
  const some = operations.filter(({ input, answer }) => {
    const isRead = answer !== undefined && model.isRead?.(input, answer.output) === true;
    return !isRead || model.traces?.(input, answer).needs !== "anything";
  });
  return some.length < operations.length ? [some, operations] : [operations];
}

function nameOf(part: string | undefined): string {
  return part === undefined ? "The history" : `Key ${JSON.stringify(part)}`;
}
