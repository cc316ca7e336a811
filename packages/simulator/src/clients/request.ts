import type { CompareAndSetInput, CompareAndSetOutput } from "@quorate/testing";
import { type Command, type KvAnswer, type KvResult, compareAndSet } from "@quorate/statemachine-kv";
import type { Dice } from "@quorate/virtual-time";

export type Consistency = "linearizable" | "stale";

export interface CommandRequest {
  readonly type: "command";
  readonly command: Command;
  /** What it is to each key that it concerns. */
  readonly inputs: readonly CompareAndSetInput[];
  /** The same for the answer. */
  outputs(result: KvResult): readonly CompareAndSetOutput[];
  /** Takes effect at most once, however often it is asked for. */
  readonly isIdempotent: boolean;
  readonly words: string;
}

/** One thing that a client wants, what it concerns, and what an answer to it means. */
export type Request =
  | { readonly type: "get"; readonly key: string; readonly consistency: Consistency }
  /** Of all accounts, which must come to nothing. */
  | { readonly type: "sum"; readonly consistency: Consistency }
  | CommandRequest;

/** What a client last saw at a key. */
export interface Seen {
  readonly value: string | null;
  readonly modRevision: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function textOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : decoder.decode(bytes);
}

export function valueIn(answer: KvAnswer): string | null {
  return answer.type === "get" ? textOf(answer.kv?.value) : null;
}

/** What a node has answered. */
export function inWords(answer: KvAnswer | KvResult): string {
  switch (answer.type) {
    case "get":
      return `revision ${answer.revision}, ${textOf(answer.kv?.value) ?? "nothing"}`;
    case "range":
      return `revision ${answer.revision}, ${answer.kvs.map(({ value }) => textOf(value)).join(", ")}`;
    case "count":
      return `revision ${answer.revision}, ${answer.count} keys`;
    case "txn":
      return `revision ${answer.revision}, ${answer.succeeded ? "succeeded" : "failed"}`;
    case "put":
    case "delete":
      return `revision ${answer.revision}`;
    case "invalid":
      return answer.message;
  }
}

export function put(key: string, value: string): CommandRequest {
  return {
    type: "command",
    command: { type: "put", key: bytesOf(key), value: bytesOf(value) },
    inputs: [{ type: "write", key, value }],
    outputs: () => [true],
    isIdempotent: false,
    words: `put ${key}`,
  };
}

/** `tag` makes the command one of its kind, as values make the others. */
export function remove(key: string, tag: string): Request {
  const success = [{ type: "delete", key: bytesOf(key) } as const];
  const failure = [{ type: "get", key: bytesOf(tag) } as const];
  return {
    type: "command",
    command: { type: "txn", compares: [], success, failure },
    inputs: [{ type: "write", key, value: null }],
    outputs: () => [true],
    isIdempotent: false,
    words: `delete ${key}`,
  };
}

/** Sets the key if it still is what the client saw there. Values are unique, so a revision stands for its value. */
export function set(key: string, value: string, seen: Seen): Request {
  return {
    type: "command",
    command: compareAndSet(bytesOf(key), bytesOf(value), seen.modRevision),
    inputs: [{ type: "compare-and-set", key, expected: seen.value, value }],
    outputs: (result) => [result.type === "txn" && result.succeeded],
    // Revisions never come back, but a key may be absent again.
    isIdempotent: seen.modRevision > 0,
    words: `set ${key} if it is at ${seen.modRevision}`,
  };
}

/** Puts both keys at once; its parts must look like two writes at one time. */
export function putBoth(keys: readonly [string, string], value: string): Request {
  const [first, second] = keys;
  const success = keys.map((key) => ({ type: "put", key: bytesOf(key), value: bytesOf(value) }) as const);
  return {
    type: "command",
    command: { type: "txn", compares: [], success, failure: [] },
    inputs: [
      { type: "write", key: first, value },
      { type: "write", key: second, value },
    ],
    outputs: () => [true, true],
    isIdempotent: false,
    words: `put ${first} and ${second}`,
  };
}

/** What a client does next, now that it has seen what it has seen. */
export function drawRequest(
  dice: Dice,
  keys: readonly string[],
  choice: { readonly value: string; seen(key: string): Seen | undefined },
): Request {
  const key = dice.pick(keys);
  const draw = dice.next();
  const seen = choice.seen(key);
  if (draw < 0.35) return { type: "get", key, consistency: "linearizable" };
  if (draw < 0.45) return { type: "get", key, consistency: "stale" };
  if (draw < 0.6 && seen !== undefined) return set(key, choice.value, seen);
  if (draw < 0.65) return remove(key, choice.value);
  const [first, second] = dice.sample(keys, 2);
  if (draw < 0.72 && first !== undefined && second !== undefined) return putBoth([first, second], choice.value);
  return put(key, choice.value);
}
