import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendListModel, type AppendListOutput } from "../../src/linearizability/append-list-model.ts";
import { checkLinearizable } from "../../src/linearizability/check-linearizable.ts";
import { compareAndSetModel, type CompareAndSetOutput } from "../../src/linearizability/compare-and-set-model.ts";
import { isAnswered, type Operation } from "../../src/linearizability/history.ts";
import type { Model } from "../../src/linearizability/model.ts";
import { isLinearizable } from "./brute-force.ts";
import {
  append,
  compareAndSet,
  type ListOperation,
  read,
  readList,
  type RegisterOperation,
  write,
} from "./histories.ts";

const runs = { numRuns: 6000, seed: 20261121 };
const value = fc.integer({ min: 0, max: 3 });

interface Timing {
  readonly calledAt: number;
  readonly effectAfter: number;
  readonly answerAfter: number;
  readonly fate: "answered" | "unanswered" | "in vain";
}

const timing: fc.Arbitrary<Timing> = fc.record({
  calledAt: fc.integer({ min: 0, max: 12 }),
  effectAfter: fc.integer({ min: 0, max: 8 }),
  answerAfter: fc.integer({ min: 0, max: 8 }),
  fate: fc.constantFrom("answered", "answered", "answered", "answered", "unanswered", "in vain"),
});

/** What a good history is made from, and one answer to be changed: to what another one was, or out of the blue. */
interface Recipe<Draft> {
  readonly steps: readonly (readonly [Draft, Timing])[];
  readonly mutation: { readonly at: number; readonly from: number; readonly shift: number };
}

function recipes<Draft>(draft: fc.Arbitrary<Draft>, countMax: number): fc.Arbitrary<Recipe<Draft>> {
  return fc.record({
    steps: fc.array(fc.tuple(draft, timing), { minLength: 2, maxLength: countMax }),
    mutation: fc.record({ at: fc.nat(20), from: fc.nat(20), shift: fc.integer({ min: -4, max: 4 }) }),
  });
}

/** A history that is linearizable by construction: each operation takes effect in the state of its instant. */
function goodHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  steps: readonly (readonly [Operation<Input, Output>, Timing])[],
  outputOf: (state: State, input: Input) => Output,
): Operation<Input, Output>[] {
  let state = model.initial();
  const inOrder = steps.toSorted(([, a], [, b]) => a.calledAt + a.effectAfter - (b.calledAt + b.effectAfter));
  return inOrder.map(([operation, { calledAt, effectAfter, answerAfter, fate }]) => {
    const output = outputOf(state, operation.input);
    if (fate !== "in vain") state = model.step(state, operation.input, { output, at: 0 })[0] ?? state;
    const at = calledAt + effectAfter + answerAfter;
    return { ...operation, calledAt, answer: fate === "answered" ? { output, at } : undefined };
  });
}

function mutate<Input, Output>(
  history: readonly Operation<Input, Output>[],
  { at, from, shift }: Recipe<unknown>["mutation"],
  distort: (output: Output) => Output,
): Operation<Input, Output>[] {
  const answered = history.filter((operation) => isAnswered(operation));
  const told = answered.filter(({ answer }) => answer.output !== null);
  const victim = told[at % told.length] ?? answered[0];
  const donor = answered[from % answered.length];
  if (victim === undefined || donor === undefined) return [...history];
  const { output } = victim.answer;
  const other = typeof donor.answer.output === typeof output ? donor.answer.output : output;
  const changed = { at: victim.answer.at, output: output === null || other !== output ? other : distort(output) };
  const calledAt = Math.min(victim.calledAt + shift, victim.answer.at);
  return history.map((operation) => (operation === victim ? { ...victim, calledAt, answer: changed } : operation));
}

/** The verdict must be that of the definition; and what is shown of a violation must be one by itself. */
function compare<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): void {
  const verdict = checkLinearizable(history, model);
  expect(verdict.type).toBe(isLinearizable(history, model) ? "linearizable" : "violation");
  if (verdict.type !== "violation") return;
  const shown = new Set(verdict.operations.map(({ input }) => input));
  const end = Math.max(...verdict.operations.map(({ answer }) => answer?.at ?? 0));
  const isKnownRead = ({ input, answer }: Operation<Input, Output>): boolean =>
    answer !== undefined && model.isRead?.(input, answer.output) === true;
  const ghosts = history
    .filter((operation) => !shown.has(operation.input) && operation.calledAt <= end && !isKnownRead(operation))
    .map((operation) => ({ ...operation, calledAt: -1, answer: undefined }));
  expect(isLinearizable([...verdict.operations, ...ghosts], model)).toBe(false);
}

const registerDraft = fc.oneof(
  fc.constant(null).map((): RegisterOperation => read(1, null, [0, 0])),
  value.map((v): RegisterOperation => write(1, v, [0, 0])),
  fc.tuple(value, value).map((pair): RegisterOperation => compareAndSet(1, pair, true, [0, 0])),
);
const listDraft = fc.oneof(
  fc.constant(null).map((): ListOperation => readList(1, [], [0, 0])),
  value.map((v): ListOperation => append(1, v, [0, 0])),
);
const registers = compareAndSetModel(0);
const lists = appendListModel();

function goodRegisters(steps: Recipe<RegisterOperation>["steps"]): RegisterOperation[] {
  return goodHistory(registers, steps, (state, input) => {
    if (input.type === "read") return state;
    return input.type === "write" ? null : state === input.expected;
  });
}

function goodLists(steps: Recipe<ListOperation>["steps"]): ListOperation[] {
  const outputOf = (state: Parameters<typeof lists.stateKey>[0]) => {
    const values = [];
    for (let at = state; at.before !== undefined; at = at.before) values.unshift(at.last);
    return values;
  };
  return goodHistory(lists, steps, (state, input) => (input.type === "read" ? outputOf(state) : null));
}

function distortValue(output: CompareAndSetOutput): CompareAndSetOutput {
  return typeof output === "boolean" ? !output : (Number(output) + 1) % 4;
}

function distortList(output: AppendListOutput): AppendListOutput {
  if (output === null || output.length === 0) return [0];
  return output.length % 2 === 0 ? output.toReversed() : output.slice(0, -1);
}

/** How many of the runs had each outcome: a comparison that never sees a violation proves nothing. */
function tally(): { readonly add: (isGood: boolean) => void; readonly expectBoth: () => void } {
  const seen = { good: 0, bad: 0 };
  return {
    add: (isGood) => void (isGood ? seen.good++ : seen.bad++),
    expectBoth: () => expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(runs.numRuns / 10),
  };
}

describe("against every order of up to 7 operations", () => {
  test("good histories of registers", () => {
    const check = ({ steps }: Recipe<RegisterOperation>): void => {
      expect(checkLinearizable(goodRegisters(steps), registers).type).toBe("linearizable");
    };
    fc.assert(fc.property(recipes(registerDraft, 30), check), runs);
  });

  test("good histories of lists", () => {
    const check = ({ steps }: Recipe<ListOperation>): void => {
      expect(checkLinearizable(goodLists(steps), lists).type).toBe("linearizable");
    };
    fc.assert(fc.property(recipes(listDraft, 30), check), runs);
  });

  test("mutated histories of registers", () => {
    const outcomes = tally();
    const check = ({ steps, mutation }: Recipe<RegisterOperation>): void => {
      const history = mutate(goodRegisters(steps), mutation, distortValue);
      outcomes.add(isLinearizable(history, registers));
      compare(history, registers);
    };
    fc.assert(fc.property(recipes(registerDraft, 7), check), runs);
    outcomes.expectBoth();
  });

  test("mutated histories of lists", () => {
    const outcomes = tally();
    const check = ({ steps, mutation }: Recipe<ListOperation>): void => {
      const history = mutate(goodLists(steps), mutation, distortList);
      outcomes.add(isLinearizable(history, lists));
      compare(history, lists);
    };
    fc.assert(fc.property(recipes(listDraft, 7), check), runs);
    outcomes.expectBoth();
  });
});

describe("without what makes the search short", () => {
  const bare = <State, Input, Output>(model: Model<State, Input, Output>): Model<State, Input, Output> => ({
    initial: () => model.initial(),
    step: (state, input, answer) => model.step(state, input, answer),
    stateKey: (state) => model.stateKey(state),
    showInput: (input) => model.showInput(input),
    showOutput: (output, input) => model.showOutput(output, input),
    showState: (state) => model.showState(state),
  });

  test("longer mutated histories of registers have the same verdict", () => {
    const check = ({ steps, mutation }: Recipe<RegisterOperation>): void => {
      const history = mutate(goodRegisters(steps), mutation, distortValue);
      expect(checkLinearizable(history, registers).type).toBe(checkLinearizable(history, bare(registers)).type);
    };
    fc.assert(fc.property(recipes(registerDraft, 14), check), { ...runs, numRuns: 2000 });
  });

  test("longer mutated histories of lists have the same verdict", () => {
    const check = ({ steps, mutation }: Recipe<ListOperation>): void => {
      const history = mutate(goodLists(steps), mutation, distortList);
      expect(checkLinearizable(history, lists).type).toBe(checkLinearizable(history, bare(lists)).type);
    };
    fc.assert(fc.property(recipes(listDraft, 8), check), { ...runs, numRuns: 500 });
  });
});
