import fc from "fast-check";
import type { Command, Compare, KeyRange, Operation } from "../src/index.ts";

/** Few bytes, and those at the edges, so that keys meet and ranges have something in them. */
const keyBytes = fc.constantFrom(0x00, 0x01, 0x61, 0x62, 0x7f, 0x80, 0xfe, 0xff);

const bytesOf = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.array(keyBytes, { minLength, maxLength }).map((list) => Uint8Array.from(list));

export const keys: fc.Arbitrary<Uint8Array> = bytesOf(1, 3);
const values = bytesOf(0, 4);

export const ranges: fc.Arbitrary<KeyRange> = fc.oneof(
  fc.record({ prefix: bytesOf(0, 2) }),
  fc.record({ start: bytesOf(0, 3), end: bytesOf(0, 3) }, { requiredKeys: [] }),
);

const put = fc.record({ type: fc.constant("put" as const), key: keys, value: values });
const deletion = fc.record({ type: fc.constant("delete" as const), key: keys });
const deleteRange = fc.record({ type: fc.constant("delete-range" as const), range: ranges });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: put },
  deletion,
  deleteRange,
  fc.record({ type: fc.constant("get" as const), key: keys }),
  fc.record(
    {
      type: fc.constant("range" as const),
      range: ranges,
      limit: fc.integer({ min: 1, max: 5 }),
      keysOnly: fc.boolean(),
    },
    { requiredKeys: ["type", "range"] },
  ),
);

const operator = fc.constantFrom("=" as const, "!=" as const, "<" as const, ">" as const);
const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record({ target: fc.constant("value" as const), key: keys, operator, value: values }),
  fc.record({
    target: fc.constantFrom("version" as const, "createRevision" as const, "modRevision" as const),
    key: keys,
    operator,
    value: fc.nat(12),
  }),
);

/** Transactions included that `encodeCommand` refuses, because they put a key twice. */
export const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 2, arbitrary: deletion },
  deleteRange,
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("txn" as const),
      compares: fc.array(compare, { maxLength: 3 }),
      success: fc.array(operation, { maxLength: 4 }),
      failure: fc.array(operation, { maxLength: 4 }),
    }),
  },
);
