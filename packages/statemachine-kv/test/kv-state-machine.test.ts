import { stateMachineSuite } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { type Command, type Compare, KvStateMachine, compareAndSet, encodeCommand } from "../src/index.ts";
import { subject } from "./subject.ts";
import { bytes, text } from "./text.ts";

describe("KvStateMachine as a state machine", () => {
  stateMachineSuite(test, subject);
});

describe("etcd's model", () => {
  const machine = (): KvStateMachine => new KvStateMachine();
  const apply = (kv: KvStateMachine, command: Command): unknown => kv.apply(encodeCommand(command));
  const get = (kv: KvStateMachine, key: string): unknown => kv.read({ type: "get", key: bytes(key) });

  test("the revision is 1 in an empty store, and rises with each command that changes anything", () => {
    const kv = machine();
    expect(kv.revision).toBe(1);
    expect(apply(kv, { type: "delete", key: bytes("a") })).toEqual({ type: "delete", revision: 1, deleted: 0 });
    expect(apply(kv, { type: "put", key: bytes("a"), value: bytes("1") })).toEqual({ type: "put", revision: 2 });
    expect(apply(kv, { type: "put", key: bytes("a"), value: bytes("1") })).toEqual({ type: "put", revision: 3 });
    expect(apply(kv, { type: "delete", key: bytes("a") })).toEqual({ type: "delete", revision: 4, deleted: 1 });
  });

  test("a key has its revisions and version from its creation on, and starts anew after a deletion", () => {
    const kv = machine();
    const stored = { key: bytes("a"), value: bytes("1"), lease: 0 };
    apply(kv, { type: "put", key: bytes("a"), value: bytes("0") });
    apply(kv, { type: "put", key: bytes("b"), value: bytes("0") });
    apply(kv, { type: "put", key: bytes("a"), value: bytes("1") });
    expect(get(kv, "a")).toEqual({
      type: "get",
      revision: 4,
      kv: { ...stored, createRevision: 2, modRevision: 4, version: 2 },
    });
    apply(kv, { type: "delete", key: bytes("a") });
    expect(get(kv, "a")).toEqual({ type: "get", revision: 5, kv: undefined });
    apply(kv, { type: "put", key: bytes("a"), value: bytes("1") });
    expect(get(kv, "a")).toMatchObject({ kv: { ...stored, createRevision: 6, modRevision: 6, version: 1 } });
  });

  test("a transaction's operations share one revision and see one another", () => {
    const kv = machine();
    apply(kv, { type: "put", key: bytes("old"), value: bytes("x") });
    const result = apply(kv, {
      type: "txn",
      compares: [],
      success: [
        { type: "put", key: bytes("a"), value: bytes("1") },
        { type: "get", key: bytes("a") },
        { type: "delete", key: bytes("old") },
        { type: "range", range: {}, keysOnly: true },
      ],
      failure: [],
    });
    const stored = { key: bytes("a"), createRevision: 3, modRevision: 3, version: 1, lease: 0 };
    expect(result).toEqual({
      type: "txn",
      revision: 3,
      succeeded: true,
      responses: [
        { type: "put" },
        { type: "get", kv: { ...stored, value: bytes("1") } },
        { type: "delete", deleted: 1 },
        { type: "range", kvs: [{ ...stored, value: new Uint8Array(0) }], more: false },
      ],
    });
  });

  test("a transaction that changes nothing leaves the revision", () => {
    const kv = machine();
    const nothing = { compares: [], success: [{ type: "get" as const, key: bytes("a") }], failure: [] };
    expect(apply(kv, { type: "txn", ...nothing })).toMatchObject({ revision: 1 });
  });

  test("of a key that does not exist versions are 0, and nothing is true of its value", () => {
    const key = bytes("none");
    const holds = (compare: Compare): unknown =>
      apply(machine(), { type: "txn", compares: [compare], success: [], failure: [] });
    for (const target of ["version", "createRevision", "modRevision"] as const) {
      expect(holds({ target, key, operator: "=", value: 0 })).toMatchObject({ succeeded: true });
      expect(holds({ target, key, operator: ">", value: 0 })).toMatchObject({ succeeded: false });
    }
    for (const operator of ["=", "!=", "<", ">"] as const) {
      expect(holds({ target: "value", key, operator, value: bytes("") })).toMatchObject({ succeeded: false });
    }
  });

  test("compareAndSet creates at 0, replaces at the right revision, and else answers what stands there", () => {
    const kv = machine();
    expect(apply(kv, compareAndSet(bytes("a"), bytes("1"), 0))).toMatchObject({ succeeded: true, revision: 2 });
    expect(apply(kv, compareAndSet(bytes("a"), bytes("2"), 0))).toMatchObject({
      succeeded: false,
      revision: 2,
      responses: [{ type: "get", kv: { value: bytes("1"), modRevision: 2 } }],
    });
    expect(apply(kv, compareAndSet(bytes("a"), bytes("2"), 2))).toMatchObject({ succeeded: true, revision: 3 });
  });

  test("a get leaves out a value of more than its bytesMax, and says how large that is", () => {
    const kv = machine();
    apply(kv, { type: "put", key: bytes("a"), value: bytes("12345") });
    const read = (key: string, bytesMax: number): unknown => kv.read({ type: "get", key: bytes(key), bytesMax });
    expect(read("a", 4)).toEqual({ type: "get", revision: 2, kv: undefined, omittedBytes: 5 });
    expect(read("a", 5)).toEqual(get(kv, "a"));
    expect(read("none", 1)).toEqual({ type: "get", revision: 2, kv: undefined });
    expect(() => read("a", 0)).toThrow("bytesMax is 0, but must be above 0");
  });

  test("ranges end at their limit in keys or in bytes, and say whether there is more", () => {
    const kv = machine();
    for (const name of ["a", "b", "c"]) apply(kv, { type: "put", key: bytes(name), value: bytes("12345") });
    const names = (limits: { limit?: number; bytesMax?: number }): unknown => {
      const answer = kv.read({ type: "range", range: {}, ...limits });
      return answer.type === "range" && [answer.kvs.map(({ key }) => text(key)).join(""), answer.more];
    };
    expect(names({ limit: 2 })).toEqual(["ab", true]);
    expect(names({ limit: 3 })).toEqual(["abc", false]);
    expect(names({ bytesMax: 1 })).toEqual(["a", true]);
    expect(names({ bytesMax: 7 })).toEqual(["ab", true]);
    expect(names({ bytesMax: 13 })).toEqual(["abc", false]);
    expect(() => names({ limit: 0 })).toThrow("limit is 0, but must be above 0");
    expect(() => names({ bytesMax: Number.NaN })).toThrow("bytesMax is NaN");
  });

  test("a range inside a transaction ends at about a megabyte", () => {
    const kv = machine();
    for (let i = 0; i < 4; i++) {
      apply(kv, { type: "put", key: bytes(`${i}`), value: new Uint8Array(600 * 1024) });
    }
    const success = [{ type: "range" as const, range: {} }];
    const result = kv.apply(encodeCommand({ type: "txn", compares: [], success, failure: [] }));
    const response = result.type === "txn" ? result.responses[0] : undefined;
    expect(response?.type === "range" && [response.kvs.length, response.more]).toEqual([2, true]);
  });

  test("the ranges of a transaction share that megabyte, and its gets have a bound of their own", () => {
    const kv = machine();
    for (let i = 0; i < 4; i++) {
      apply(kv, { type: "put", key: bytes(`${i}`), value: new Uint8Array(600 * 1024) });
    }
    const range = { type: "range" as const, range: {} };
    const ranges = kv.apply(encodeCommand({ type: "txn", compares: [], success: [range, range], failure: [] }));
    const lengths = ranges.type === "txn" && ranges.responses.map((each) => each.type === "range" && each.kvs.length);
    expect(lengths).toEqual([2, 0]);
    const before = kv.digest();
    const gets = Array.from({ length: 30 }, () => ({ type: "get" as const, key: bytes("0") }));
    const put = { type: "put" as const, key: bytes("new"), value: bytes("x") };
    const result = kv.apply(encodeCommand({ type: "txn", compares: [], success: [put, ...gets], failure: [] }));
    expect(result.type).toBe("invalid");
    expect(kv.digest()).toBe(before);
  });

  test("a key that is too long to exist is refused where it is read", () => {
    expect(() => machine().read({ type: "get", key: new Uint8Array(8193) })).toThrow(
      new TypeError("a key has 8193 bytes, but at most 8192 are allowed"),
    );
  });
});
