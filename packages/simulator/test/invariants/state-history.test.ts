import { type Command, type KvAnswer, KvStateMachine, compareAndSet, encodeCommand } from "@quorate/statemachine-kv";
import { describe, expect, test } from "vitest";
import { StateHistory } from "../../src/invariants/state-history.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const put = (key: string, value: string): Command => ({ type: "put", key: bytes(key), value: bytes(value) });
const get = (key: string) => ({ type: "get", key: bytes(key) }) as const;
const all = { type: "range", range: { prefix: bytes("") } } as const;

const commands: readonly Command[] = [
  put("a", "1"),
  compareAndSet(bytes("a"), bytes("2"), 2),
  compareAndSet(bytes("a"), bytes("3"), 2),
  {
    type: "txn",
    compares: [],
    success: [
      { type: "put", key: bytes("b"), value: bytes("1") },
      { type: "delete", key: bytes("a") },
    ],
    failure: [],
  },
  { type: "txn", compares: [], success: [{ type: "delete", key: bytes("a") }], failure: [] },
  put("a", "4"),
];

function played(): { readonly history: StateHistory; readonly answers: readonly KvAnswer[] } {
  const machine = new KvStateMachine();
  const history = new StateHistory();
  const answers: KvAnswer[] = [];
  for (const [at, command] of commands.entries()) {
    expect(history.applied(at + 1, command, machine.apply(encodeCommand(command)))).toBeUndefined();
    answers.push(machine.read(all));
  }
  return { history, answers };
}

describe("StateHistory: a second, naive store", () => {
  test("has the same results and answers as the real one, also of earlier revisions", () => {
    const { history, answers } = played();
    expect(answers.map((answer) => history.fault(all, answer))).toEqual(answers.map(() => undefined));
    expect([0, 1, 2, 3, 4, 5, 6].map((index) => history.revisionAfter(index))).toEqual([1, 2, 3, 3, 4, 4, 5]);
  });

  test("M03 a wrong result is noticed", () => {
    const { history } = played();
    expect(history.applied(7, put("a", "5"), { type: "put", revision: 5 })).toContain("at revision 5, and not 6");
    const done = { type: "txn", revision: 6, succeeded: true, responses: [] } as const;
    expect(history.applied(8, compareAndSet(bytes("a"), bytes("6"), 1), done)).toContain("is said to have succeeded");
    expect(history.applied(9, put("a", "7"), { type: "invalid", message: "" })).toContain("is called invalid");
  });

  test("I14 an answer from no state, or from a mixture of two, is noticed", () => {
    const { history, answers } = played();
    const [first, , , fourth] = answers;
    if (first?.type !== "range" || fourth?.type !== "range") throw new Error("the machine answers in kind");
    expect(history.fault(all, { ...first, revision: 99 })).toContain("no store was ever at revision 99");
    expect(history.fault(all, { ...fourth, kvs: [...first.kvs, ...fourth.kvs] })).toContain("held something else");
    expect(history.fault(get("a"), { type: "get", revision: 4, kv: first.kvs[0] })).toContain("held something else");
    expect(history.fault(get("a"), { type: "get", revision: 4, kv: undefined })).toBeUndefined();
  });
});
