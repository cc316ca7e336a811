import { describe, expect, test } from "vitest";
import { appendListModel } from "../../src/linearizability/append-list-model.ts";
import { checkLinearizable } from "../../src/linearizability/check-linearizable.ts";
import { compareAndSetModel } from "../../src/linearizability/compare-and-set-model.ts";
import type { Operation } from "../../src/linearizability/history.ts";
import type { Model } from "../../src/linearizability/model.ts";
import { registerModel } from "../../src/linearizability/register-model.ts";
import {
  append,
  compareAndSet,
  type ListOperation,
  read,
  readList,
  type RegisterOperation,
  write,
} from "./histories.ts";

const good: readonly (readonly [string, readonly RegisterOperation[]])[] = [
  ["nothing at all", []],
  ["a read before any write", [read(1, null, [0, 1])]],
  ["a read of the last write", [write(1, 1, [0, 1]), write(2, 2, [2, 3]), read(3, 2, [4, 5])]],
  ["a read of the old value while a write is under way", [write(1, 1, [0, 9]), read(2, null, [1, 2])]],
  ["a read of the new value while a write is under way", [write(1, 1, [0, 9]), read(2, 1, [1, 2])]],
  ["two writes at once, in either order", [write(1, 1, [0, 5]), write(2, 2, [0, 5]), read(3, 1, [6, 7])]],
  ["the earlier call to take effect later", [write(1, 1, [0, 9]), write(2, 2, [1, 8]), read(3, 1, [10, 11])]],
  [
    "old values until the write, new ones from then on",
    [
      write(1, 1, [0, 1]),
      write(2, 2, [2, 9]),
      read(3, 1, [3, 4]),
      read(4, 1, [3, 5]),
      read(3, 2, [6, 7]),
      read(4, 2, [6, 8]),
    ],
  ],
  ["an unanswered write that is never seen", [write(1, 1, [0, "never"]), read(2, null, [5, 6]), read(2, null, [7, 8])]],
  ["an unanswered write that is seen late", [write(1, 1, [0, "never"]), read(2, null, [5, 6]), read(2, 1, [7, 8])]],
  ["an unanswered write that undoes a later one", [write(1, 1, [0, "never"]), write(2, 2, [5, 6]), read(2, 1, [7, 8])]],
  ["an unanswered read", [read(1, 7, [0, "never"]), write(2, 2, [5, 6])]],
  [
    "a chain of unanswered compare-and-sets, all needed",
    [
      compareAndSet(1, [null, 1], true, [0, "never"]),
      compareAndSet(2, [1, 2], true, [0, "never"]),
      compareAndSet(3, [2, 3], true, [0, "never"]),
      read(4, 3, [5, 6]),
    ],
  ],
  [
    "an unanswered write that makes a compare-and-set miss",
    [write(1, 1, [0, 1]), write(2, 9, [2, "never"]), compareAndSet(3, [1, 2], false, [3, 4])],
  ],
  [
    "one of two compare-and-sets wins",
    [write(1, 1, [0, 1]), compareAndSet(2, [1, 2], true, [2, 8]), compareAndSet(3, [1, 3], false, [2, 8])],
  ],
  ["calls in the instant of an answer are concurrent to it", [write(1, 1, [0, 5]), read(2, null, [5, 6])]],
  [
    "a write of the value that is there already",
    [write(1, 1, [0, 1]), write(2, 2, [2, 9]), write(3, 1, [2, 9]), read(4, 2, [3, 4]), read(4, 1, [5, 6])],
  ],
];

const bad: readonly (readonly [string, readonly RegisterOperation[]])[] = [
  ["a stale read", [write(1, 1, [0, 1]), write(2, 2, [2, 3]), read(3, 1, [4, 5])]],
  ["a lost write", [write(1, 1, [0, 1]), read(2, null, [2, 3])]],
  ["a value that nobody wrote", [read(2, 7, [2, 3])]],
  ["a value before its write began", [read(2, 1, [0, 1]), write(1, 1, [2, 3])]],
  ["a value before its unanswered write began", [read(2, 1, [0, 1]), write(1, 1, [2, "never"])]],
  [
    "two compare-and-sets that both won",
    [write(1, 1, [0, 1]), compareAndSet(2, [1, 2], true, [2, 8]), compareAndSet(3, [1, 3], true, [2, 8])],
  ],
  ["a compare-and-set that missed what was there", [write(1, 1, [0, 1]), compareAndSet(2, [1, 2], false, [2, 3])]],
  [
    "a compare-and-set that won and is not seen",
    [write(1, 1, [0, 1]), compareAndSet(2, [1, 2], true, [2, 3]), read(3, 1, [4, 5])],
  ],
  ["an unanswered write seen, then unseen", [write(1, 1, [0, "never"]), read(2, 1, [2, 3]), read(2, null, [4, 5])]],
  [
    "an unanswered write that would have to take effect twice",
    [write(1, 1, [0, "never"]), read(2, 1, [2, 3]), write(3, 2, [4, 5]), read(2, 2, [6, 7]), read(2, 1, [8, 9])],
  ],
  [
    "old, new, old under one write",
    [write(1, 1, [0, 1]), write(2, 2, [2, 20]), read(3, 1, [3, 4]), read(4, 2, [5, 6]), read(3, 1, [7, 8])],
  ],
  [
    "two readers that see two writes in different orders",
    [
      write(1, 1, [0, 20]),
      write(2, 2, [0, 20]),
      read(3, 1, [1, 4]),
      read(3, 2, [5, 8]),
      read(4, 2, [1, 4]),
      read(4, 1, [5, 8]),
    ],
  ],
  [
    "a write that is answered, but only takes effect after the next one",
    [write(1, 1, [0, 1]), write(2, 2, [2, 3]), read(3, 2, [4, 5]), read(3, 1, [6, 7])],
  ],
];

describe("registers", () => {
  test.each(good)("allowed: %s", (_, history) => {
    expect(checkLinearizable(history, compareAndSetModel())).toMatchObject({
      type: "linearizable",
      operations: history.length,
    });
  });

  test.each(bad)("I12 violation: %s", (_, history) => {
    const verdict = checkLinearizable(history, compareAndSetModel());
    expect(verdict).toMatchObject({ type: "violation", part: "x" });
    expect(checkLinearizable(history.toReversed(), compareAndSetModel()).type).toBe("violation");
  });

  test("a register may begin with a value", () => {
    expect(checkLinearizable([read(1, 5, [0, 1])], compareAndSetModel(5)).type).toBe("linearizable");
    expect(checkLinearizable([read(1, null, [0, 1])], compareAndSetModel(5)).type).toBe("violation");
  });

  test.each([
    [1, "1"],
    [true, "true"],
    [null, "null"],
    ["1", 1],
  ])("%j is not %j", (one, other) => {
    const history = [write(1, one, [0, 1]), write(1, other, [2, 3]), read(1, one, [4, 5])];
    expect(checkLinearizable(history, compareAndSetModel()).type).toBe("violation");
  });

  test("the register model takes reads and writes", () => {
    const input = { type: "write", key: "k", value: 1 } as const;
    const seen = (output: number) => [
      { client: "a", input, calledAt: 0, answer: { at: 1, output: null } },
      { client: "b", input: { type: "read", key: "k" } as const, calledAt: 2, answer: { at: 3, output } },
    ];
    expect(checkLinearizable(seen(1), registerModel()).type).toBe("linearizable");
    expect(checkLinearizable(seen(2), registerModel()).type).toBe("violation");
  });
});

describe("keys", () => {
  const at = (key: string, operation: RegisterOperation): RegisterOperation => ({
    ...operation,
    input: { ...operation.input, key },
  });

  test("are registers of their own", () => {
    const history = [at("a", write(1, 1, [0, 1])), at("b", read(2, null, [2, 3])), at("a", read(2, 1, [4, 5]))];
    expect(checkLinearizable(history, compareAndSetModel()).type).toBe("linearizable");
  });

  test("the verdict names the one that is wrong", () => {
    const history = [at("a", write(1, 1, [0, 1])), at("b", write(2, 2, [2, 3])), at("b", read(2, null, [4, 5]))];
    expect(checkLinearizable(history, compareAndSetModel())).toMatchObject({ type: "violation", part: "b" });
  });
});

describe("lists", () => {
  const verdict = (...history: readonly ListOperation[]): string => checkLinearizable(history, appendListModel()).type;

  test("are read as they were appended to", () => {
    expect(verdict(readList(1, [], [0, 1]), append(1, 1, [2, 3]), readList(1, [1], [4, 5]))).toBe("linearizable");
    expect(verdict(append(1, 1, [0, 5]), append(2, 2, [0, 5]), readList(1, [2, 1], [6, 7]))).toBe("linearizable");
    expect(verdict(append(1, 1, [0, "never"]), append(2, 2, [0, 5]), readList(1, [2], [6, 7]))).toBe("linearizable");
    expect(verdict(append(1, 1, [0, "never"]), readList(2, [], [2, 3]), readList(2, [1], [4, 5]))).toBe("linearizable");
  });

  test.each([
    ["lost element", [append(1, 1, [0, 1]), append(1, 2, [2, 3]), readList(2, [2], [4, 5])]],
    ["wrong order", [append(1, 1, [0, 1]), append(1, 2, [2, 3]), readList(2, [2, 1], [4, 5])]],
    ["element of nobody", [append(1, 1, [0, 1]), readList(2, [1, 7], [4, 5])]],
    ["element twice", [append(1, 1, [0, 1]), readList(2, [1, 1], [4, 5])]],
    [
      "readers that disagree",
      [append(1, 1, [0, 9]), append(2, 2, [0, 9]), readList(3, [1], [1, 9]), readList(4, [2], [1, 9])],
    ],
    ["shrinking", [append(1, 1, [0, "never"]), readList(2, [1], [2, 3]), readList(2, [], [4, 5])]],
  ])("I12 violation: %s", (_, history) => {
    expect(verdict(...history)).toBe("violation");
  });
});

describe("models of one's own", () => {
  /** Hands out numbers in any order; has none of the optional members. */
  const lottery: Model<readonly number[], "draw", number> = {
    initial: () => [1, 2, 3],
    step: (left, _, answer) =>
      left.filter((n) => answer === undefined || n === answer.output).map((n) => left.filter((other) => other !== n)),
    stateKey: (left) => left.join(),
    showInput: (input) => input,
    showOutput: String,
    showState: (left) => `{${left.join(", ")}}`,
  };
  const draw = (output: number, [calledAt, at]: readonly [number, number | undefined]): Operation<"draw", number> => ({
    client: "a",
    input: "draw",
    calledAt,
    answer: at === undefined ? undefined : { at, output },
  });

  test("may be free to choose", () => {
    const history = [draw(0, [0, undefined]), draw(3, [1, 2]), draw(1, [3, 4])];
    expect(checkLinearizable(history, lottery).type).toBe("linearizable");
    expect(checkLinearizable([...history, draw(3, [5, 6])], lottery)).toMatchObject({
      type: "violation",
      part: undefined,
    });
  });

  test("a read that is none is refused", () => {
    expect(() => checkLinearizable([draw(1, [0, 1])], { ...lottery, isRead: () => true })).toThrow(
      new TypeError('model.isRead says that "draw → 1" is a read, but model.step changes the state'),
    );
  });
});

describe("arguments", () => {
  const check = (times: readonly [number, number]): unknown =>
    checkLinearizable([read(1, null, times)], compareAndSetModel());

  test("times must be numbers in order", () => {
    expect(() => check([3, 2])).toThrow(new TypeError("history[0] is answered at 2, before its call at 3"));
    expect(() => check([Number.NaN, 2])).toThrow("history[0].calledAt must be a finite number, not NaN");
    expect(() => check([0, Infinity])).toThrow("leave out an answer that never came");
  });

  test("statesMax must be a positive integer", () => {
    for (const statesMax of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => checkLinearizable([], compareAndSetModel(), { statesMax })).toThrow(TypeError);
    }
  });
});
