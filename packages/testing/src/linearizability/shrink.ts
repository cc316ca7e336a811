import type { Operation } from "./history.ts";
import type { Model } from "./model.ts";
import type { Piece } from "./piece.ts";
import { Search } from "./search.ts";

/**
 * The smallest part of operations without an order, found by trying, that has no order either, whatever the others did.
 *
 * To leave an operation out is not to forget it: without its write, a read that is fine would look wrong. What is left out
 * becomes a ghost, free to take effect at any time, any number of times, or never. So each part that has no order proves
 * that the whole has none.
 */
export function shrink<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  limits: ShrinkLimits,
): Piece<Input, Output> {
  return new Shrinking(model, limits).run(operations);
}

export interface ShrinkLimits {
  /** How many states all tries together may explore. */
  readonly statesMax: number;
  /** How many each may: free ghosts can have states without end. */
  readonly statesPerTryMax: number;
}

class Shrinking<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #statesPerTryMax: number;
  #statesLeft: number;

  constructor(model: Model<State, Input, Output>, { statesMax, statesPerTryMax }: ShrinkLimits) {
    this.#model = model;
    this.#statesPerTryMax = statesPerTryMax;
    this.#statesLeft = statesMax;
  }

  run(operations: readonly Operation<Input, Output>[]): Piece<Input, Output> {
    const prefix = this.#shortestPrefix(operations);
    const effective = prefix.filter((operation) => this.#hasEffect(operation));
    const pieceOf = (kept: readonly Operation<Input, Output>[]): Piece<Input, Output> => {
      const firm = new Set(kept);
      return { operations: kept, ghosts: effective.filter((operation) => !firm.has(operation)) };
    };
    const fails = (kept: readonly Operation<Input, Output>[]): boolean => this.#fails(pieceOf(kept));

    let kept = prefix;
    for (let size = Math.ceil(kept.length / 2); size > 0; size = Math.floor(size / 2)) {
      kept = withoutChunks(kept, size, fails);
    }
    for (let count = 0; count !== kept.length;) {
      count = kept.length;
      kept = withoutChunks(kept, 1, fails);
    }
    return pieceOf(kept);
  }

  /** The history until the first answer that cannot be. Whatever was under way then has no answer yet. */
  #shortestPrefix(operations: readonly Operation<Input, Output>[]): readonly Operation<Input, Output>[] {
    const inOrder = operations.toSorted((a, b) => endOf(a) - endOf(b));
    let [holds, fails] = [0, inOrder.filter(({ answer }) => answer !== undefined).length];
    while (fails - holds > 1) {
      const middle = (holds + fails) >>> 1;
      if (this.#fails({ operations: until(inOrder, middle), ghosts: [] })) fails = middle;
      else holds = middle;
    }
    return until(inOrder, fails);
  }

  #hasEffect({ input, answer }: Operation<Input, Output>): boolean {
    return answer === undefined || this.#model.isRead?.(input, answer.output) !== true;
  }

  /** Whether a piece is known to have no order. Not if it takes too long to find out. */
  #fails(piece: Piece<Input, Output>): boolean {
    if (this.#statesLeft <= 0) return false;
    const search = new Search(this.#model, piece, Math.min(this.#statesLeft, this.#statesPerTryMax));
    const outcome = search.run();
    this.#statesLeft -= search.statesExplored;
    return outcome === "none";
  }
}

/** Leaves out one run of `size` after the other, from the first to the last, where the rest still fails. */
function withoutChunks<T>(all: readonly T[], size: number, fails: (kept: readonly T[]) => boolean): readonly T[] {
  let kept = all;
  for (let at = 0; at < kept.length;) {
    const rest = kept.toSpliced(at, size);
    if (rest.length > 0 && fails(rest)) kept = rest;
    else at += size;
  }
  return kept;
}

/** What had happened when the first so many answers were there: first what was still under way, then they. */
function until<Input, Output>(
  inOrder: readonly Operation<Input, Output>[],
  answers: number,
): readonly Operation<Input, Output>[] {
  const answered = inOrder.slice(0, answers);
  const end = endOf(answered.at(-1));
  const begun = inOrder.slice(answers).filter(({ calledAt }) => calledAt <= end);
  return [...begun.map((operation) => ({ ...operation, answer: undefined })), ...answered];
}

function endOf(operation: Operation<unknown, unknown> | undefined): number {
  return operation?.answer?.at ?? Infinity;
}
