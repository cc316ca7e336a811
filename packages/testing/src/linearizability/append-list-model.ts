import type { Model } from "./model.ts";
import { showValue, type Value } from "./register-model.ts";

export type AppendListInput =
  | { readonly type: "read"; readonly key: string }
  | { readonly type: "append"; readonly key: string; readonly value: Value };

/** The list that was read; for an append, whatever. */
export type AppendListOutput = readonly Value[] | null;

/**
 * A list, as its last element and the list before it. Equal lists that began with the same empty one are the same object,
 * so that a list of a thousand elements costs no more to make and to compare than one of two.
 */
export interface AppendList {
  readonly id: number;
  readonly length: number;
  readonly last: Value;
  readonly before: AppendList | undefined;
  readonly append: (value: Value) => AppendList;
}

/** Lists by key that are read as a whole and appended to. Reads show the whole past, so this model finds most. */
export function appendListModel(): Model<AppendList, AppendListInput, AppendListOutput> {
  return {
    initial: emptyList,
    step(state, input, answer) {
      if (input.type === "append") return [state.append(input.value)];
      if (answer === undefined) return [state];
      return state.length === answer.output?.length && isPrefix(state, answer.output) ? [state] : [];
    },
    stateKey: (state) => state.id,
    partition: (input) => input.key,
    isRead: (input) => input.type === "read",
    traces(input, answer) {
      if (input.type === "append") return { leaves: [input.value], needs: [] };
      return { leaves: [], needs: answer?.output ?? [] };
    },
    awaits(state, _input, output) {
      if (output === null || !isPrefix(state, output)) return "never";
      return output.slice(state.length, state.length + 1);
    },
    showInput: (input) => (input.type === "read" ? "read" : `append ${showValue(input.value)}`),
    showOutput: (output, input) => (input.type === "read" ? showList(output ?? []) : "ok"),
    showState: (state) => showList(elements(state)),
  };
}

function emptyList(): AppendList {
  let lists = 0;
  const make = (last: Value, before: AppendList | undefined): AppendList => {
    const longer = new Map<Value, AppendList>();
    const list: AppendList = {
      id: lists++,
      length: before === undefined ? 0 : before.length + 1,
      last,
      before,
      append(value) {
        const known = longer.get(value);
        if (known !== undefined) return known;
        const made = make(value, list);
        longer.set(value, made);
        return made;
      },
    };
    return list;
  };
  return make(null, undefined);
}

function isPrefix(list: AppendList, values: readonly Value[]): boolean {
  if (list.length > values.length) return false;
  for (let at: AppendList | undefined = list; at?.before !== undefined; at = at.before) {
    if (values[at.length - 1] !== at.last) return false;
  }
  return true;
}

function elements(list: AppendList): Value[] {
  const values: Value[] = [];
  for (let at: AppendList | undefined = list; at?.before !== undefined; at = at.before) values.push(at.last);
  return values.reverse();
}

/** Long lists by their ends only. */
function showList(values: readonly Value[]): string {
  const shown = values.map((value) => showValue(value));
  if (shown.length > 12) shown.splice(6, shown.length - 12, `… ${shown.length - 12} more …`);
  return `[${shown.join(", ")}]`;
}
