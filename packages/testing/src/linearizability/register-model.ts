import type { Model } from "./model.ts";

/** What a register or a list holds: anything that is equal when it looks equal. Bytes go in as text. */
export type Value = string | number | boolean | null;

export type RegisterInput =
  | { readonly type: "read"; readonly key: string }
  | { readonly type: "write"; readonly key: string; readonly value: Value };

/** What was read; for a write, whatever. */
export type RegisterOutput = Value;

/** Registers by key that are read and written, and hold `initial` before. */
export function registerModel(initial: Value = null): Model<Value, RegisterInput, RegisterOutput> {
  return {
    initial: () => initial,
    step(state, input, answer) {
      if (input.type === "write") return [input.value];
      return answer === undefined || answer.output === state ? [state] : [];
    },
    stateKey: valueKey,
    partition: (input) => input.key,
    isRead: (input) => input.type === "read",
    traces(input, answer) {
      if (input.type === "write") return { leaves: [input.value], needs: [] };
      return { leaves: [], needs: answer === undefined ? [] : [answer.output] };
    },
    holds: (state) => [state],
    showInput: (input) => (input.type === "read" ? "read" : `write ${showValue(input.value)}`),
    showOutput: (output, input) => (input.type === "read" ? showValue(output) : "ok"),
    showState: showValue,
  };
}

export function valueKey(value: Value): string | number {
  return typeof value === "number" ? value : `${typeof value} ${String(value)}`;
}

export function showValue(value: Value): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
