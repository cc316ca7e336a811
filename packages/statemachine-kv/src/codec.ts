import { RaftError } from "@quorate/raft-core";
import { Packr } from "msgpackr";
import * as z from "zod/mini";
import type { Command } from "./command.ts";
import { KEY_BYTES_MAX, VALUE_BYTES_CEILING, VALUE_BYTES_MAX_DEFAULT } from "./limits.ts";
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
 * The bytes to propose. Throws a `TypeError` that names the field at fault where `command` is not a valid command, and
 * a `RaftError` `TOO_LARGE` that names the limit where a key or a value exceeds its own.
 */
export function encodeCommand(command: Command, limits: CommandLimits = {}): Uint8Array {
  assertWithin(command, limits);
  return codec.pack(command);
}

/**
 * Throws as `encodeCommand` does unless `bytes` are a command that it would have encoded: for who proposes what somebody
 * else has encoded.
 */
export function assertCommand(bytes: Uint8Array, limits: CommandLimits = {}): void {
  let decoded: unknown;
  try {
    decoded = decode(bytes);
  } catch (error) {
    throw new TypeError("command: not MessagePack", { cause: error });
  }
  assertWithin(decoded, limits);
}

function decode(bytes: Uint8Array): unknown {
  // A view of its own, because the decoder leaves a property on the array that it is given.
  return readPut(bytes) ?? codec.unpack(bytes.subarray());
}

function assertWithin(command: unknown, { valueBytesMax = VALUE_BYTES_MAX_DEFAULT }: CommandLimits): void {
  if (!(valueBytesMax >= 0 && valueBytesMax <= VALUE_BYTES_CEILING)) {
    throw new TypeError(`valueBytesMax is ${valueBytesMax}, but must be between 0 and ${VALUE_BYTES_CEILING}`);
  }
  const largest = largestValueBytes(isPut(command) ? command : validOf(command));
  if (largest > valueBytesMax) {
    throw new RaftError("TOO_LARGE", `the value has ${largest} bytes, but at most ${valueBytesMax} are allowed`);
  }
}

/** The valid command that it is; throws where it is none. */
function validOf(command: unknown): Command {
  const { success, data, error } = commandSchema.safeParse(command, wording);
  if (!success) throw refusal(error.issues);
  return data;
}

/** The command in `bytes`, which share memory with it; undefined where there is none that is valid. */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  let decoded: unknown;
  try {
    decoded = decode(bytes);
  } catch {
    return undefined; // What is wrong with bytes that nobody could have encoded is of no use to anyone.
  }
  if (isPut(decoded)) return decoded;
  const checked = commandSchema.safeParse(decoded);
  return checked.success ? checked.data : undefined;
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
