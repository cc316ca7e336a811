import fc from "fast-check";
import { type Command, encodeCommand } from "../src/index.ts";
import { commandSchema } from "../src/schema.ts";
import { commands } from "./arbitraries.ts";

/** Short text in MessagePack. */
export function text(ascii: string): readonly number[] {
  return [0xa0 + ascii.length, ...Array.from(ascii, (character) => character.charCodeAt(0))];
}

/** A put whose first field `key`, which the second one outweighs, holds arrays within arrays. */
export function nestedPut(depth: number, type = "put"): Uint8Array {
  const nested = [...text("key"), ...Array<number>(depth).fill(0x91), 0xc0];
  const shown = [...text("key"), 0xc4, 1, 0x61, ...text("value"), 0xc4, 1, 0x62];
  return Uint8Array.from([0x84, ...text("type"), ...text(type), ...nested, ...shown]);
}

/** Commands that are valid. */
export const validCommands: fc.Arbitrary<Command> = commands.filter(
  (command) => commandSchema.safeParse(command).success,
);

const words = ["type", "put", "delete", "txn", "key", "value", "range", "prefix", "compares", "success", "failure"];
const scalars: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.constantFrom(...words.map(text)),
  fc.nat({ max: 0x7f }).map((byte) => [byte]),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => [0xc4, bytes.length, ...bytes]),
  fc.uint8Array({ maxLength: 70 }).map((bytes) => [0xd9, bytes.length, ...bytes]),
  fc.constantFrom([0xc0], [0xc1], [0xc2], [0xd4, 1, 0], [0xd4, 0x72, 0x40], [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]),
  fc.constantFrom([0xcf, 0, 0, 0, 0, 0, 0, 0, 1], [0xd3, 0xff, 0, 0, 0, 0, 0, 0, 0], [0xca, 0, 0, 0, 0]),
  // "put", its first letter written in two bytes and in three, where one would do: no UTF-8.
  fc.constantFrom([0xa4, 0xc1, 0xb0, 0x75, 0x74], [0xa5, 0xe0, 0x81, 0xb0, 0x75, 0x74]),
);
const names = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...words.map(text)) }, scalars);

/** MessagePack that is well formed for the most part, and looks like a command from afar. */
const { values } = fc.letrec<{ values: readonly number[]; map: readonly number[]; array: readonly number[] }>(
  (tie) => ({
    values: fc.oneof({ depthSize: "small" }, scalars, tie("map"), tie("array")),
    map: fc
      .array(fc.tuple(names, tie("values")), { maxLength: 5 })
      .map((each) => [0x80 + each.length, ...each.flat(2)]),
    array: fc.array(tie("values"), { maxLength: 4 }).map((each) => [0x90 + each.length, ...each.flat()]),
  }),
);

const fields = fc.array(fc.tuple(names, values), { maxLength: 5 });
const maps = fields.map((each) => Uint8Array.from([0x80 + each.length, ...each.flat(2)]));
const encoded = validCommands.map((command) => Uint8Array.from(encodeCommand(command)));
const changed = fc.tuple(encoded, fc.nat(), fc.nat({ max: 255 })).map(([bytes, at, to]) => {
  return bytes.map((byte, i) => (i === at % bytes.length ? to : byte));
});
/** The first field of a command once more. */
const doubled = encoded.map((bytes) => {
  const [count = 0] = bytes.subarray(2);
  const rest = bytes.subarray(3);
  return Uint8Array.from([0x81 + count, ...text("type"), ...text("put"), ...rest]);
});

/** Bytes that somebody might bring into a log. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  maps,
  encoded,
  changed,
  doubled,
  fc.integer({ min: 1, max: 20_000 }).map((depth) => nestedPut(depth)),
);
