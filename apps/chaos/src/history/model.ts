import type { Model } from "@quorate/testing";
import type { Held, KvInput, KvOutput } from "./operation.ts";

/** Keys that are got, put, deleted, and put if they hold what is expected. A delete is taken to be done either way. */
export const kvModel: Model<Held, KvInput, KvOutput> = {
  initial: () => null,
  step(state, input, answer) {
    switch (input.type) {
      case "get":
        return answer === undefined || answer.output === state ? [state] : [];
      case "put":
        return [input.value];
      case "delete":
        return [null];
      case "put-if": {
        const isMatch = state === input.expected;
        if (answer === undefined) return [isMatch ? input.value : state];
        if (answer.output === true) return isMatch ? [input.value] : [];
        return !isMatch && answer.output === state ? [state] : [];
      }
    }
  },
  stateKey: (state) => state ?? 0,
  partition: (input) => input.key,
  isRead: (input, output) => input.type === "get" || (input.type === "put-if" && output !== true),
  traces(input, answer) {
    switch (input.type) {
      case "get":
        return { leaves: [], needs: answer === undefined ? [] : [answer.output] };
      case "put":
        return { leaves: [input.value], needs: [] };
      case "delete":
        return { leaves: [null], needs: [] };
      case "put-if":
        if (answer === undefined || answer.output === true) return { leaves: [input.value], needs: [input.expected] };
        return { leaves: [], needs: [answer.output] };
    }
  },
  holds: (state) => [state],
  showInput(input) {
    switch (input.type) {
      case "get":
      case "delete":
        return input.type;
      case "put":
        return `put ${input.value}`;
      case "put-if":
        return `put ${input.value} if it is ${show(input.expected)}`;
    }
  },
  showOutput: (output) => (output === true ? "done" : show(output)),
  showState: show,
};

function show(held: Held): string {
  return held ?? "not there";
}
