import type { Model } from "./model.ts";
import { registerModel, showValue, type RegisterInput, type Value } from "./register-model.ts";

export type CompareAndSetInput =
  | RegisterInput
  | { readonly type: "compare-and-set"; readonly key: string; readonly expected: Value; readonly value: Value };

/** What was read; whether a compare-and-set found what it expected; for a write, whatever. */
export type CompareAndSetOutput = Value;

/** Registers by key that are read, written, and set if they hold what is expected. */
export function compareAndSetModel(initial: Value = null): Model<Value, CompareAndSetInput, CompareAndSetOutput> {
  const register = registerModel(initial);
  return {
    ...register,
    step(state, input, answer) {
      if (input.type !== "compare-and-set") return register.step(state, input, answer);
      const isMatch = state === input.expected;
      if (answer !== undefined && answer.output !== isMatch) return [];
      return [isMatch ? input.value : state];
    },
    isRead: (input, output) => input.type === "read" || (input.type === "compare-and-set" && output === false),
    traces(input, answer) {
      if (input.type === "read") return { leaves: [], needs: answer === undefined ? [] : [answer.output] };
      if (input.type === "write") return { leaves: [input.value], needs: [] };
      return { leaves: [input.value], needs: answer?.output === false ? "anything" : [input.expected] };
    },
    showInput(input) {
      if (input.type !== "compare-and-set") return register.showInput(input);
      return `set ${showValue(input.value)} if it is ${showValue(input.expected)}`;
    },
    showOutput(output, input) {
      if (input.type !== "compare-and-set") return register.showOutput(output, input);
      return output === true ? "set" : "not set";
    },
  };
}
