import { describe, expect, test } from "vitest";
import type { KvClient } from "../src/index.ts";
import { Bench, Watched } from "./fake-cluster.ts";

/** A program without types. */
const wrong = (value?: unknown) => value as never;

const range = (options: unknown) => (client: KvClient) => client.range({ prefix: "a" }, wrong(options));
const rangeOf = (given?: unknown) => (client: KvClient) => client.range(wrong(given));
const get = (key?: unknown, options?: unknown) => (client: KvClient) => client.get(wrong(key), wrong(options));
const txn = (request?: unknown) => (client: KvClient) => client.txn(wrong(request));
const success = (operation: unknown) => txn({ success: [operation] });

const table: readonly (readonly [what: string, call: (client: KvClient) => Promise<unknown>, words: string])[] = [
  ["a limit of 0", range({ limit: 0 }), "options.limit: "],
  ["half a key", range({ limit: 1.5 }), "options.limit: "],
  ["a limit that is NaN", range({ limit: NaN }), "options.limit: "],
  ["a limit that is text", range({ limit: "10" }), "options.limit: "],
  ["keysOnly that is text", range({ keysOnly: "yes" }), "options.keysOnly: "],
  ["options of a range that are null", range(null), "options: "],
  ["an option that is not known", range({ timeout: 5 }), 'options: Unrecognized key: "timeout"'],
  ["no range", rangeOf(), "range: must be {prefix} or {start, end}"],
  ["a range that is text", rangeOf("users/"), "range: must be"],
  ["a range that is a list", rangeOf([]), "range: must be"],
  ["a prefix that is undefined", rangeOf({ prefix: undefined }), '"prefix"'],
  ["a prefix and a start", rangeOf({ prefix: "a", start: "b" }), "range: must be"],
  ["a start that is a number", rangeOf({ start: 5 }), "range: must be"],
  ["a key that is a number", get(5), "key: must be text or a Uint8Array"],
  ["no key", get(), "key: must be"],
  ["an empty key", get(""), "key: must be"],
  ["a consistency that is none", get("k", { consistency: "strong" }), "options.consistency: must be linearizable"],
  ["an age below 0", get("k", { consistency: { maxStalenessMs: -1 } }), "options.consistency"],
  ["an index below 0", get("k", { consistency: { minIndex: -1 } }), "options.consistency"],
  ["an index beside the consistency", get("k", { minIndex: 5 }), 'options: Unrecognized key: "minIndex"'],
  ["a limit for one key", get("k", { limit: 5 }), 'options: Unrecognized key: "limit"'],
  ["a signal that is none", get("k", { signal: true }), "options.signal: must have throwIfAborted"],
  ["a time that is text", get("k", { timeoutMs: "5" }), "timeoutMs is 5"],
  ["a put's unknown option", (client) => client.put("k", "v", wrong({ timeout: 5 })), 'key: "timeout"'],
  ["a put's value that is a number", (client) => client.put("k", wrong(5)), "command.value: "],
  ["a delete's key that is a number", (client) => client.delete(wrong(5)), "command.key: "],
  ["a delete's unknown option", (client) => client.delete("k", wrong({ timeout: 5 })), 'key: "timeout"'],
  ["a status' unknown option", (client) => client.status(wrong({ timeout: 5 })), 'key: "timeout"'],
  ["no transaction", txn(), "request: "],
  ["a transaction's unknown part", txn({ orElse: [] }), 'request: Unrecognized key: "orElse"'],
  ["operations that are no list", txn({ success: {} }), "request.success: "],
  ["an operation that is nothing", success(undefined), "request.success.0: "],
  ["an operation that is not known", success({ type: "increment", key: "k" }), "request.success.0.type: "],
  ["a range as over HTTP", success({ type: "range", prefix: "a" }), "request.success.0.range: must be {prefix}"],
  ["an operation's limit of 0", success({ type: "range", range: {}, limit: 0 }), "command.success.0.limit: "],
  ["a compare without a key", txn({ compares: [{ target: "version" }] }), "request.compares.0.key: must be text"],
  [
    "a compare's value of another kind",
    txn({ compares: [{ target: "version", key: "k", operator: "=", value: "1" }] }),
    "command.compares.0",
  ],
];

describe("a TypeError names it before anything is sent, and a put under way beside it succeeds", () => {
  test.each(table)("%s", async (_what, call, words) => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    const sent = bench.socket.frames.length;
    const asked = new Watched(call(bench.client));
    await bench.clock.settle();
    expect(asked.error).toBeInstanceOf(TypeError);
    expect(asked.error).toMatchObject({ message: expect.stringContaining(words) as string });
    expect(bench.socket.frames).toHaveLength(sent);
    bench.socket.put(1);
    await bench.clock.settle();
    expect(put.value).toBeDefined();
    expect(bench.socket.closedWith).toBeUndefined();
  });
});

test("what may be left out may be undefined, too, and what is right is asked as given", async () => {
  const bench = new Bench();
  await bench.welcomed();
  const none = { timeoutMs: undefined, signal: undefined, consistency: undefined };
  const asked = [
    bench.client.range({}, { ...none, limit: undefined, keysOnly: undefined }),
    bench.client.range({ start: "a", end: undefined }, { limit: 1, keysOnly: true, consistency: { minIndex: 0 } }),
    bench.client.get(Uint8Array.of(0), { ...none, signal: new AbortController().signal }),
    bench.client.get("k", { consistency: { maxStalenessMs: 0.5 } }),
    bench.client.txn(
      { compares: undefined, success: [{ type: "range", range: { prefix: "" } }] },
      { timeoutMs: undefined },
    ),
  ].map((each) => new Watched<unknown>(each));
  await bench.clock.settle();
  expect(asked.map(({ error }) => error)).toEqual(asked.map(() => undefined));
  expect(bench.socket.requests.map(({ request }) => request)).toMatchObject([
    { query: { type: "range", range: {} }, consistency: "linearizable" },
    { query: { range: { start: Uint8Array.of(97) }, limit: 1, keysOnly: true }, consistency: { minIndex: 0 } },
    { query: { type: "get", key: Uint8Array.of(0) }, consistency: "linearizable" },
    { consistency: { maxStalenessMs: 0.5 } },
    { type: "command" },
  ]);
});
