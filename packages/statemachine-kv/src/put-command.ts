import type { Command } from "./command.ts";

export type Put = Extract<Command, { type: "put" }>;

/*
 * A put in MessagePack, read by hand: most commands are puts, every node decodes every one of them, and a decoder that
 * could read anything takes several times as long. Whatever is not written exactly like this, as `encodeCommand` writes
 * it, is left to that one.
 *
 *     map16 of 3   "type"   "put"   "key" bytes   "value" bytes
 */
const beforeKey = [0xde, 0, 3, ...text("type"), ...text("put"), ...text("key")];
const beforeValue = text("value");

function text(short: string): readonly number[] {
  return [0xa0 + short.length, ...Array.from(short, (character) => character.charCodeAt(0))];
}

/** The put that `bytes` are, sharing memory with them; undefined where they are not plainly one. */
export function readPut(bytes: Uint8Array): Put | undefined {
  if (!stands(bytes, 0, beforeKey)) return undefined;
  const key = readBytes(bytes, beforeKey.length);
  if (key === undefined) return undefined;
  const keyEnd = key.byteOffset + key.length - bytes.byteOffset;
  if (!stands(bytes, keyEnd, beforeValue)) return undefined;
  const value = readBytes(bytes, keyEnd + beforeValue.length);
  if (value === undefined || value.byteOffset + value.length !== bytes.byteOffset + bytes.length) return undefined;
  return { type: "put", key, value };
}

function stands(bytes: Uint8Array, at: number, expected: readonly number[]): boolean {
  for (let i = 0; i < expected.length; i += 1) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/** A byte string with a length of 8, 16 or 32 bits: of those, the first that it fits into. */
function readBytes(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const type = bytes[at] ?? 0;
  if (type < 0xc4 || type > 0xc6) return undefined;
  const lengthBytes = 2 ** (type - 0xc4);
  let length = 0;
  for (let i = 1; i <= lengthBytes; i += 1) length = length * 256 + (bytes[at + i] ?? NaN);
  if (lengthBytes > 1 && length < 2 ** (4 * lengthBytes)) return undefined;
  const start = at + 1 + lengthBytes;
  // False for a length that is cut short, too.
  return start + length <= bytes.length ? bytes.subarray(start, start + length) : undefined;
}
