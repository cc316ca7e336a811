import { expect, test } from "vitest";
import { appendListModel } from "../../src/linearizability/append-list-model.ts";
import { checkLinearizable } from "../../src/linearizability/check-linearizable.ts";
import { compareAndSetModel } from "../../src/linearizability/compare-and-set-model.ts";
import { explain } from "../../src/linearizability/explain.ts";
import type { Operation } from "../../src/linearizability/history.ts";
import type { Model } from "../../src/linearizability/model.ts";
import { registerModel } from "../../src/linearizability/register-model.ts";
import { append, compareAndSet, read, readList, type RegisterOperation, write } from "./histories.ts";

function violation<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): { readonly operations: readonly Operation<Input, Output>[]; readonly words: readonly string[] } {
  const verdict = checkLinearizable(history, model);
  if (verdict.type !== "violation") throw new TypeError(`this history is ${verdict.type}`);
  return { operations: verdict.operations, words: verdict.words.split("\n") };
}

/** Traffic that is fine, before and around the violation. */
function traffic(until: number): RegisterOperation[] {
  const operations: RegisterOperation[] = [];
  for (let at = -1000; at < until; at += 10) {
    operations.push(write(8, at, [at, at + 3]), read(9, at, [at + 4, at + 6]), read(7, at, [at + 1, at + 8]));
  }
  return operations;
}

test("a stale read needs its write, the write after it, and itself", () => {
  const history = [
    ...traffic(-10),
    write(1, "a", [0, 1]),
    write(2, "b", [2, 3]),
    read(3, "b", [4, 5]),
    read(4, "a", [6, 9]),
    write(2, "c", [8, 12]),
  ];
  expect(violation(history, compareAndSetModel()).words).toEqual([
    'Key "x" is not linearizable:',
    '  client 1   write "a"   from 0 to 1   ok',
    '  client 3   read        from 4 to 5   "b"',
    '  client 4   read        from 6 to 9   "a"',
    'The longest order is write "a" (client 1), write "b" (client 2, not listed); it leaves "b", after which the read of client 4 cannot any longer be answered "a".',
    "No other operation called until then can help, whenever it took effect.",
  ]);
});

test("a lost write needs the write and the read", () => {
  const history = [...traffic(-10), write(1, "a", [0, 1]), read(2, -20, [2, 3]), write(1, "b", [4, 5])];
  const { operations, words } = violation(history, compareAndSetModel());
  expect(operations.map(({ client }) => client)).toEqual([8, 1, 2]);
  expect(words.at(-2)).toMatch(/the read of client 2 cannot any longer be answered -20\.$/);
});

test("a value of nobody needs its read only", () => {
  const { operations, words } = violation([...traffic(200), read(1, "ghost", [50, 51])], compareAndSetModel());
  expect(operations).toEqual([read(1, "ghost", [50, 51])]);
  expect(words).toEqual([
    'Key "x" is not linearizable:',
    '  client 1   read   from 50 to 51   "ghost"',
    'It begins as null, but the read of client 1 cannot be answered "ghost", and nothing else may come before it.',
    "No other operation called until then can help, whenever it took effect.",
  ]);
});

test("two winners need each other", () => {
  const history = [
    write(1, 1, [0, 1]),
    compareAndSet(2, [1, 2], true, [2, 8]),
    compareAndSet(3, [1, 3], true, [2, 9]),
    read(4, 3, [10, 11]),
  ];
  expect(violation(history, compareAndSetModel()).words.slice(1, -1)).toEqual([
    "  client 1   write 1            from 0 to 1   ok",
    "  client 2   set 2 if it is 1   from 2 to 8   set",
    "  client 3   set 3 if it is 1   from 2 to 9   set",
  ]);
});

test("what was answered only after the violation was complete has no answer yet", () => {
  const history = [
    write(1, 1, [0, 1]),
    write(2, 2, [2, 90]),
    read(3, 2, [3, 4]),
    read(3, 1, [5, 6]),
    read(3, 2, [7, 8]),
  ];
  const { words } = violation(history.slice(0, 4), compareAndSetModel());
  expect(violation(history, compareAndSetModel()).words).toEqual(words);
});

test("lists tell which element is missing", () => {
  const history = [append(1, 1, [0, 1]), append(1, 2, [2, 3]), append(1, 3, [4, 5]), readList(2, [1, 3], [6, 7])];
  expect(violation(history, appendListModel()).words).toEqual([
    'Key "x" is not linearizable:',
    "  client 1   append 2   from 2 to 3   ok",
    "  client 2   read       from 6 to 7   [1, 3]",
    "The longest order is append 2 (client 1); it leaves [2], after which the read of client 2 cannot any longer be answered [1, 3].",
    "No other operation called until then can help, whenever it took effect.",
  ]);
});

test("several that do not fit are all named", () => {
  const operations = [write(1, 1, [0, 1]), read(2, 7, [2, 9]), read(3, 8, [2, 9]), read(4, 9, [20, 21])];
  expect(explain(registerModel(), { operations, ghosts: [] }, 100).split("\n").at(-1)).toBe(
    "The longest order is write 1 (client 1); it leaves 1. What may come next does not fit: the read of client 2 cannot be answered 7; the read of client 3 cannot be answered 8.",
  );
});

test("of a long piece, the end is shown", () => {
  const operations = Array.from({ length: 60 }, (_, i) => write(i, i, [2 * i, 2 * i + 1]));
  const lines = explain(registerModel(), { operations: [...operations, read(99, -1, [200, 201])], ghosts: [] }, 100);
  expect(lines.split("\n")).toHaveLength(42);
  expect(lines).toMatch(/^ {2}… 21 before …\n {2}client 21 +write 21 /);
  expect(lines).toContain("The longest order is 50 others, write 50 (client 50), write 51");
});

test("no verdict is no good verdict", () => {
  const history = Array.from({ length: 20 }, (_, i) => write(i, i, [0, 100]));
  const other = (operation: RegisterOperation): RegisterOperation => ({
    ...operation,
    input: { ...operation.input, key: "y" },
  });
  const verdict = checkLinearizable([...history, read(0, 1, [200, 201])], compareAndSetModel(), { statesMax: 5 });
  expect(verdict).toMatchObject({ type: "undecided", part: "x" });
  expect(verdict.type === "undecided" && verdict.words).toBe(
    'Key "x": no verdict on 21 operations after 5 states; raise statesMax, or check shorter histories or more keys',
  );
  const wrong = [...history, other(read(0, 1, [200, 201]))];
  expect(checkLinearizable(wrong, compareAndSetModel(), { statesMax: 5 })).toMatchObject({
    type: "violation",
    part: "y",
  });
});
