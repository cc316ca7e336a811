import * as z from "zod/mini";
import { type Key, keyOf } from "./bytes.ts";
import type { Command, Operation } from "./command.ts";
import { KEY_BYTES_MAX, TXN_OPERATIONS_MAX, VALUE_BYTES_CEILING } from "./limits.ts";
import { type Bounds, boundsOf, contains } from "./range.ts";

const anyBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, {
  error: "is not a Uint8Array",
  abort: true,
});

function bytes(sizeMin: number, sizeMax: number) {
  return anyBytes.check(({ value, issues }) => {
    if (value.length < sizeMin) issues.push({ code: "custom", message: "is empty", input: value });
    if (value.length > sizeMax) {
      const message = `has ${value.length} bytes, but at most ${sizeMax} are allowed`;
      issues.push({ code: "too_big", origin: "file", maximum: sizeMax, message, input: value });
    }
  });
}

const key = bytes(1, KEY_BYTES_MAX);
const bound = bytes(0, KEY_BYTES_MAX);
const value = bytes(0, VALUE_BYTES_CEILING);
const range = z.union([
  z.strictObject({ prefix: bound }),
  z.strictObject({ start: z.exactOptional(bound), end: z.exactOptional(bound) }),
]);

const put = z.strictObject({ type: z.literal("put"), key, value });
const deleteOne = z.strictObject({ type: z.literal("delete"), key });
const deleteRange = z.strictObject({ type: z.literal("delete-range"), range });
const get = z.strictObject({ type: z.literal("get"), key });
const rangeOperation = z.strictObject({
  type: z.literal("range"),
  range,
  limit: z.exactOptional(z.int().check(z.positive())),
  keysOnly: z.exactOptional(z.boolean()),
});

const operator = z.enum(["=", "!=", "<", ">"]);
const compare = z.union([
  z.strictObject({ target: z.literal("value"), key, operator, value }),
  z.strictObject({
    target: z.enum(["version", "createRevision", "modRevision"]),
    key,
    operator,
    value: z.int().check(z.nonnegative()),
  }),
]);

/** The first key that is put twice, or put and deleted: which of the two should win, nobody could tell. */
function ambiguousKey(operations: readonly Operation[]): Key | undefined {
  const puts = new Set<Key>();
  const deletes: Bounds[] = [];
  for (const operation of operations) {
    if (operation.type === "put") {
      const written = keyOf(operation.key);
      if (puts.has(written)) return written;
      puts.add(written);
    } else if (operation.type === "delete") {
      const start = keyOf(operation.key);
      deletes.push({ start, end: `${start}\0` });
    } else if (operation.type === "delete-range") {
      deletes.push(boundsOf(operation.range));
    }
  }
  return [...puts].find((written) => deletes.some((bounds) => contains(bounds, written)));
}

const operations = z.array(z.discriminatedUnion("type", [put, deleteOne, deleteRange, get, rangeOperation])).check(
  z.maxLength(TXN_OPERATIONS_MAX),
  z.refine((list) => ambiguousKey(list) === undefined, { error: "puts a key twice, or puts and deletes it" }),
);

const txn = z.strictObject({
  type: z.literal("txn"),
  compares: z.array(compare).check(z.maxLength(TXN_OPERATIONS_MAX)),
  success: operations,
  failure: operations,
});

/** What a valid command is: the one place that says so, where commands enter and where they are applied. */
export const commandSchema: z.ZodMiniType<Command> = z.discriminatedUnion("type", [put, deleteOne, deleteRange, txn]);
