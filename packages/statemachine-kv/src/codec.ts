import { RaftError } from "@quorate/raft-core";
import { Packr } from "msgpackr";
import * as z from "zod/mini";
import type { Command } from "./command.ts";
import { KEY_BYTES_MAX, TXN_OPERATIONS_MAX, VALUE_BYTES_CEILING, VALUE_BYTES_MAX_DEFAULT } from "./limits.ts";
import { type Shape, faultIn } from "./message-pack/walk.ts";
import { type Put, readPut } from "./put-command.ts";
import { commandSchema } from "./schema.ts";

// The small zod says no more than "Invalid input" unless it is given words.
const wording = { error: z.locales.en().localeError };

// Without records every command stands for itself; with them, what a command means could depend on those before it.
const codec: {
  pack(value: unknown): Uint8Array;
  unpack(bytes: Uint8Array): unknown;
} = new Packr({ useRecords: false });

export interface CommandLimits {
  /** Values above this are refused with `TOO_LARGE`. Default: 1 MiB; at most 16 MiB. */
  readonly valueBytesMax?: number;
}

/**
 * What the bytes of a command may be before the decoder sees them: no valid command is deeper, has larger maps or more
 * values, and its only text is the names of fields and operations. Like the limits of its parts, this is part of the
 * format: a node with other limits would diverge.
 */
const commandShape: Shape = {
  depthMax: 4, // A transaction, a list in it, an operation, its range.
  mapFieldsMax: 4,
  elementsMax: 16 * 3 * TXN_OPERATIONS_MAX,
  top: "one map",
  asciiOnly: true,
};

/**
 * The bytes to propose, the same for every way to write the same command down. Throws a `TypeError` that names the field
 * at fault where `command` is not a valid command, and a `RaftError` `TOO_LARGE` that names the limit where a key or a
 * value exceeds its own.
 */
export function encodeCommand(command: Command, limits: CommandLimits = {}): Uint8Array {
  return codec.pack(validWithin(command, limits));
}

/**
 * Throws as `encodeCommand` does unless `bytes` are exactly those that it makes of a command: for who proposes what
 * somebody else has encoded. Another way to write that command down (fields twice or in another order, lengths longer
 * than they need be) is refused with a `TypeError`.
 */
export function assertCommand(bytes: Uint8Array, limits: CommandLimits = {}): void {
  const put = readPut(bytes);
  if (put !== undefined) {
    validWithin(put, limits);
    return;
  }
  const fault = faultIn(bytes, commandShape);
  if (fault !== undefined) throw new TypeError(`command: not MessagePack as encodeCommand makes it: ${fault}`);
  if (!areEqual(codec.pack(validWithin(unpack(bytes), limits)), bytes)) {
    throw new TypeError("command: not as encodeCommand makes it: written down in another way");
  }
}

function unpack(bytes: Uint8Array): unknown {
  // A view of its own, because the decoder leaves a property on the array that it is given.
  return codec.unpack(bytes.subarray());
}

function areEqual(these: Uint8Array, those: Uint8Array): boolean {
  if (these.length !== those.length) return false;
  for (let at = 0; at < these.length; at += 1) if (these[at] !== those[at]) return false;
  return true;
}

/** The valid command that it is, its fields in the schema's order; throws where it is none, or too large. */
function validWithin(command: unknown, { valueBytesMax = VALUE_BYTES_MAX_DEFAULT }: CommandLimits): Command {
  if (!(valueBytesMax >= 0 && valueBytesMax <= VALUE_BYTES_CEILING)) {
    throw new TypeError(`valueBytesMax is ${valueBytesMax}, but must be between 0 and ${VALUE_BYTES_CEILING}`);
  }
  const valid = isPut(command) ? putOf(command) : validOf(command);
  const largest = largestValueBytes(valid);
  if (largest > valueBytesMax) {
    throw new RaftError("TOO_LARGE", `the value has ${largest} bytes, but at most ${valueBytesMax} are allowed`);
  }
  return valid;
}

function putOf({ type, key, value }: Put): Put {
  return { type, key, value };
}

/** The valid command that it is; throws where it is none. */
function validOf(command: unknown): Command {
  const { success, data, error } = commandSchema.safeParse(command, wording);
  if (!success) throw refusal(error.issues);
  return data;
}

/**
 * The command in `bytes`, which share memory with it; undefined where there is none that is valid: a function of the
 * bytes alone, because they are in a log, and every node must make the same of them. It takes more than `assertCommand`
 * lets in, as every field that is written twice counts for what was written last. On bytes of its shape the decoder does
 * not fail; what it throws all the same (no stack, no memory) is this process's trouble, says nothing about the command,
 * and is thrown on, so that a node stops rather than differ from others.
 */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  const decoded = readPut(bytes) ?? decode(bytes);
  if (isPut(decoded)) return decoded;
  const checked = commandSchema.safeParse(decoded);
  return checked.success ? checked.data : undefined;
}

function decode(bytes: Uint8Array): unknown {
  return faultIn(bytes, commandShape) === undefined ? unpack(bytes) : undefined;
}

/** Whether the schema would take it for a put: by hand, too, in a tenth of the time. */
function isPut(command: unknown): command is Put {
  if (typeof command !== "object" || command === null || Object.keys(command).length !== 3) return false;
  const { type, key, value }: { type?: unknown; key?: unknown; value?: unknown } = command;
  if (type !== "put" || !(key instanceof Uint8Array) || !(value instanceof Uint8Array)) return false;
  return key.length > 0 && key.length <= KEY_BYTES_MAX && value.length <= VALUE_BYTES_CEILING;
}

interface Issue {
  readonly code?: string | undefined;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly errors?: readonly (readonly Issue[])[];
}

function refusal(issues: readonly Issue[], path: readonly PropertyKey[] = ["command"]): Error {
  const issue = issues[0];
  const at = [...path, ...(issue?.path ?? [])];
  const deeper = issue?.errors?.toSorted((a, b) => a.length - b.length)[0];
  if (deeper?.[0]) return refusal(deeper, at);
  const message = `${at.map(String).join(".")}: ${issue?.message}`;
  return issue?.code === "too_big" ? new RaftError("TOO_LARGE", message) : new TypeError(message);
}

function largestValueBytes(command: Command): number {
  if (command.type === "put") return command.value.length;
  if (command.type !== "txn") return 0;
  const puts = [...command.success, ...command.failure].filter((operation) => operation.type === "put");
  return puts.reduce((largest, put) => Math.max(largest, put.value.length), 0);
}
