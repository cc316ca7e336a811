import type { Operation } from "../../src/linearizability/history.ts";
import type { Model } from "../../src/linearizability/model.ts";

/** The definition, word for word: tries every order of every choice of the unanswered operations. For few operations. */
export function isLinearizable<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Pick<Model<State, Input, Output>, "initial" | "step">,
): boolean {
  const tryFrom = (state: State, left: readonly Operation<Input, Output>[]): boolean =>
    left.every(({ answer }) => answer === undefined) ||
    left.some((next) => {
      const others = left.filter((operation) => operation !== next);
      const isTooEarly = others.some(({ answer }) => answer !== undefined && answer.at < next.calledAt);
      return !isTooEarly && model.step(state, next.input, next.answer).some((after) => tryFrom(after, others));
    });
  return tryFrom(model.initial(), history);
}
