import type { Answer } from "./history.ts";

export interface Traces {
  readonly leaves: readonly unknown[];
  readonly needs: readonly unknown[] | "anything";
}

/**
 * What the object would do if its operations came one at a time. A pure description: the same arguments give the same
 * results, and no state is ever changed in place.
 */
export interface Model<State, Input, Output> {
  initial(): State;
  /**
   * The states that `input` may lead to if it takes effect in `state` and is answered with `answer.output`: none where it
   * could not have been answered so, more than one only where the object itself is free to choose. Without an answer: all
   * the states that any answer may go with.
   */
  step(state: State, input: Input, answer: Answer<Output> | undefined): readonly State[];
  /** The same for two states if and only if nothing that follows can tell them apart. */
  stateKey(state: State): string | number;

  /**
   * The part of the object that an operation concerns, such as its key. Parts are checked each for itself, which is what
   * makes long histories possible; they must not depend on each other. By default, there is one part.
   */
  partition?(input: Input): string;
  /**
   * Whether an operation answered like this leaves *every* state as it is in which it can be answered so, as reads do and
   * a compare-and-set that did not match. Makes the search much shorter. By default, false.
   */
  isRead?(input: Input, output: Output): boolean;
  /**
   * What an operation leaves in the object, and what it needs to be there. It can be answered like this only in a state to
   * which other operations, or the beginning, brought all that it needs; and from any order an operation can be taken out
   * if no other one needs what it leaves. So unanswered operations that nobody needs can be passed over. By default, any
   * operation may need any other.
   */
  traces?(input: Input, answer: Answer<Output> | undefined): Traces;
  /**
   * All that later answers can tell of a state, in the terms of `traces`, for objects of which a step may take it away: of
   * two states that hold nothing needed, none is better. Lets the search see what is lost for good, and what does not
   * matter. By default, what was left once stays.
   */
  holds?(state: State): readonly unknown[];
  /**
   * What must be left next in order to come from `state` to one in which a read is answered like this: one of these, or
   * nothing at all if the read must come first. "never" if there is no way there any more. Keeps the search from trying
   * what is in vain. By default, "anything".
   */
  awaits?(state: State, input: Input, output: Output): readonly unknown[] | "anything" | "never";

  /** For people: `write 7`. */
  showInput(input: Input): string;
  /** For people: `ok`. */
  showOutput(output: Output, input: Input): string;
  /** For people: `7`. */
  showState(state: State): string;
}
