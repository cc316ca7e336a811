import { RaftError } from "@quorate/raft-core";
import { equal } from "@quorate/testing";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { decodeCommand } from "../src/codec.ts";
import { type Command, KvStateMachine, VALUE_BYTES_CEILING, encodeCommand } from "../src/index.ts";
import { commandSchema } from "../src/schema.ts";
import { commands } from "./arbitraries.ts";
import { bytes } from "./text.ts";

const packr = new Packr({ useRecords: false });
const key = bytes("k");
const value = bytes("v");
const txn = (success: readonly unknown[], compares: readonly unknown[] = []): unknown => ({
  type: "txn",
  compares,
  success,
  failure: [],
});

test("every valid command comes back as it was", () => {
  const sameAgain = fc.property(commands, (command) => {
    fc.pre(commandSchema.safeParse(command).success);
    equal(decodeCommand(encodeCommand(command)), command, "decoded");
  });
  fc.assert(sameAgain, { numRuns: 500, seed: 1 });
});

test("what looks like a put is one exactly where the schema says so", () => {
  const like = fc.record(
    {
      type: fc.constantFrom("put", "put", "get", 1),
      key: fc.oneof(fc.uint8Array({ maxLength: 2 }), fc.constant(new Uint8Array(64 * 1024)), fc.constant("text")),
      value: fc.oneof(fc.uint8Array({ maxLength: 2 }), fc.constant([1])),
      lease: fc.constant(1),
    },
    { requiredKeys: [] },
  );
  const sameVerdict = fc.property(like, (command) => {
    const isValid = commandSchema.safeParse(command).success;
    expect(decodeCommand(packr.pack(command)) !== undefined).toBe(isValid);
    if (isValid) equal(decodeCommand(encodeCommand(command as Command)), command, "decoded");
    else expect(() => encodeCommand(command as Command)).toThrow();
  });
  fc.assert(sameVerdict, { numRuns: 2000, seed: 1 });
});

test("revisions up to the largest safe integer come back", () => {
  for (const revision of [0, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
    const command = txn([], [{ target: "modRevision", key, operator: "=", value: revision }]) as Command;
    equal(decodeCommand(encodeCommand(command)), command, "decoded");
  }
});

describe("M07 what is no command", () => {
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ["nothing", undefined, "command: "],
    ["no type", { key, value }, "command.type: "],
    ["an unknown type", { type: "increment", key }, "command.type: "],
    ["a key of text", { type: "put", key: "k", value }, "command.key: is not a Uint8Array"],
    ["no value", { type: "put", key }, "command.value: is not a Uint8Array"],
    ["an empty key", { type: "put", key: bytes(""), value }, "command.key: is empty"],
    ["a field too many", { type: "put", key, value, lease: 1 }, "command: "],
    ["a range of two kinds", { type: "delete-range", range: { prefix: key, start: key } }, "command.range"],
    ["a broken operation", txn([{ type: "put", key }]), "command.success.0.value: is not a Uint8Array"],
    ["a nested transaction", txn([txn([])]), "command.success.0.type: "],
    ["a limit of 0", txn([{ type: "range", range: {}, limit: 0 }]), "command.success.0.limit: "],
    ["a fractional revision", txn([], [{ target: "version", key, operator: "=", value: 0.5 }]), "command.compares.0"],
    ["a value for a version", txn([], [{ target: "version", key, operator: "=", value }]), "command.compares.0"],
    ["an unknown operator", txn([], [{ target: "value", key, operator: "<=", value }]), "command.compares.0.operator"],
  ];

  test.each(wrong)("%s: refused by name where it enters", (_, command, place) => {
    expect(() => encodeCommand(command as Command)).toThrow(TypeError);
    expect(() => encodeCommand(command as Command)).toThrow(place);
  });

  test.each(wrong)("%s: applied all the same, it changes nothing and says `invalid`", (_, command) => {
    const machine = new KvStateMachine();
    const before = machine.digest();
    expect(machine.apply(packr.pack(command))).toEqual({
      type: "invalid",
      message: "not a command of this key-value store; encode commands with encodeCommand",
    });
    expect(machine.digest()).toBe(before);
  });

  test("no bytes whatever make apply throw", () => {
    const machine = new KvStateMachine();
    const never = fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
      expect(machine.apply(noise).type).toBe("invalid");
    });
    fc.assert(never, { numRuns: 3_000, seed: 2 });
    expect(machine.revision).toBe(1);
  });

  test("no change of one byte of a command makes apply throw", () => {
    const command = encodeCommand(txn([{ type: "put", key, value }]) as Command);
    for (let at = 0; at < command.length; at++) {
      for (const byte of [0x00, 0x7f, 0x80, 0xc1, 0xd4, 0xdd, 0xff]) {
        const damaged = command.slice();
        damaged[at] = byte;
        expect(["invalid", "txn", "put"]).toContain(new KvStateMachine().apply(damaged).type);
      }
    }
  });

  test("a decoder's memory of one command does not reach into the next", () => {
    const withRecords = new Packr({ useRecords: true, structures: [], maxSharedStructures: 0 });
    const machine = new KvStateMachine();
    machine.apply(withRecords.pack([{ type: "put", key, value }]));
    const reference = Uint8Array.of(0x40, 0xa3, 0x70, 0x75, 0x74, 0xc4, 1, 0x6b, 0xc4, 1, 0x76);
    expect(machine.apply(reference).type).toBe("invalid");
  });

  test("nesting that overflows the stack is invalid like anything else", () => {
    expect(new KvStateMachine().apply(new Uint8Array(1_000_000).fill(0x91)).type).toBe("invalid");
  });
});

describe("a branch that puts a key twice, or puts and deletes it, is refused (as in etcd)", () => {
  const put = { type: "put", key, value };
  test.each([
    ["two puts", [put, put]],
    ["a put and a delete", [put, { type: "delete", key }]],
    ["a delete range and a put inside", [{ type: "delete-range", range: { prefix: bytes("") } }, put]],
    ["a put at a range's start", [put, { type: "delete-range", range: { start: key, end: bytes("l") } }]],
  ])("%s", (_, success) => {
    expect(() => encodeCommand(txn(success) as Command)).toThrow(
      "command.success: puts a key twice, or puts and deletes it",
    );
  });

  test.each([
    [
      "two deletes",
      [
        { type: "delete", key },
        { type: "delete-range", range: {} },
      ],
    ],
    ["a put behind a range's end", [put, { type: "delete-range", range: { end: key } }]],
    ["a put and a delete of a longer key", [put, { type: "delete", key: bytes("kk") }]],
    ["a put and a get", [put, { type: "get", key }]],
  ])("%s: allowed", (_, success) => {
    expect(() => encodeCommand(txn(success) as Command)).not.toThrow();
  });

  test("the other branch may put it too", () => {
    expect(() => encodeCommand({ ...(txn([put]) as Command), failure: [put] } as Command)).not.toThrow();
  });
});

describe("M15 limits", () => {
  const tooLarge = (command: unknown, limits = {}): unknown => {
    try {
      return encodeCommand(command as Command, limits).length > 0;
    } catch (error) {
      return error instanceof RaftError ? [error.code, error.message] : error;
    }
  };

  test("a key has at most 8 KiB", () => {
    expect(tooLarge({ type: "put", key: new Uint8Array(8192), value })).toBe(true);
    expect(tooLarge({ type: "put", key: new Uint8Array(8193), value })).toEqual([
      "TOO_LARGE",
      "command.key: has 8193 bytes, but at most 8192 are allowed",
    ]);
  });

  test("a value has at most what the proposer's limit says, in transactions too", () => {
    const large = { type: "put", key, value: new Uint8Array(1024 * 1024 + 1) };
    const refused = ["TOO_LARGE", "the value has 1048577 bytes, but at most 1048576 are allowed"];
    expect(tooLarge(large)).toEqual(refused);
    expect(tooLarge({ ...(txn([]) as object), failure: [large] })).toEqual(refused);
    expect(tooLarge(large, { valueBytesMax: 2 * 1024 * 1024 })).toBe(true);
    expect(tooLarge({ type: "put", key, value }, { valueBytesMax: 0 })).toMatchObject(["TOO_LARGE", expect.anything()]);
    expect(tooLarge(large, { valueBytesMax: -1 })).toBeInstanceOf(TypeError);
  });

  test("a transaction has at most 128 operations and compares each", () => {
    const gets = (count: number): unknown => txn(Array.from({ length: count }, () => ({ type: "get", key })));
    expect(tooLarge(gets(128))).toBe(true);
    expect(tooLarge(gets(129))).toMatchObject(["TOO_LARGE", expect.stringContaining("command.success")]);
    expect(new KvStateMachine().apply(packr.pack(gets(129))).type).toBe("invalid");
  });

  test("no node applies a value above the ceiling", () => {
    const above = packr.pack({ type: "put", key, value: new Uint8Array(VALUE_BYTES_CEILING + 1) });
    expect(new KvStateMachine().apply(above).type).toBe("invalid");
    const at = encodeCommand(
      { type: "put", key, value: new Uint8Array(VALUE_BYTES_CEILING) },
      { valueBytesMax: VALUE_BYTES_CEILING },
    );
    expect(new KvStateMachine().apply(at).type).toBe("put");
  });

  test("hostile keys are keys like any other", () => {
    const machine = new KvStateMachine();
    const names = ["__proto__", "constructor", "toString", "\0", "\ud800", "then", "0"];
    for (const name of names) machine.apply(encodeCommand({ type: "put", key: bytes(name), value: bytes(name) }));
    expect(machine.size).toBe(names.length);
    for (const name of names) {
      expect(machine.read({ type: "get", key: bytes(name) })).toMatchObject({ kv: { value: bytes(name) } });
    }
  });
});

test("what is stored does not keep the command's buffer alive, nor change with it", () => {
  const machine = new KvStateMachine();
  const frame = new Uint8Array(1_000_000);
  const encoded = encodeCommand({ type: "put", key, value });
  frame.set(encoded, 500_000);
  machine.apply(frame.subarray(500_000, 500_000 + encoded.length));
  frame.fill(0);
  expect(machine.read({ type: "get", key })).toMatchObject({ kv: { key, value } });
});

test("decoding leaves nothing on the array that holds the command", () => {
  const encoded = Uint8Array.from(encodeCommand({ type: "put", key, value }));
  new KvStateMachine().apply(encoded);
  expect(Object.keys(encoded)).toEqual(Object.keys(encoded.slice()));
});
