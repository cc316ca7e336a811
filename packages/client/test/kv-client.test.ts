import { getEventListeners } from "node:events";
import { encodeCommand } from "@quorate/statemachine-kv";
import { describe, expect, test } from "vitest";
import { ClientError, KvClient } from "../src/index.ts";
import { type ErrorCode, errorOutcomes } from "../src/protocol/index.ts";
import { Bench, Watched } from "./fake-cluster.ts";

const passing: readonly ErrorCode[] = ["NO_LEADER", "NOT_A_MEMBER", "TRANSFERRING", "OVERLOADED", "BEHIND"];
const codes = Object.keys(errorOutcomes) as ErrorCode[];

const putOf = (key: string): Uint8Array =>
  encodeCommand({ type: "put", key: Buffer.from(key), value: Buffer.from("v") });

describe("requests", () => {
  test("of one turn leave in one message, with what is left of their time", async () => {
    const bench = new Bench({ timeoutMs: 1000 });
    await bench.welcomed();
    const puts = [1, 2, 3].map((n) => new Watched(bench.client.put(`k${n}`, "v")));
    await bench.clock.settle();
    const [hello, batch, ...more] = bench.socket.messages;
    expect(hello).toMatchObject([{ type: "hello", hello: { versionMin: 1, versionMax: 1 } }]);
    expect(batch?.map((frame) => frame.type)).toEqual(["request", "request", "request"]);
    expect(more).toEqual([]);
    expect(bench.socket.requests.map(({ remainingMs }) => remainingMs)).toEqual([1000, 1000, 1000]);
    for (const { id } of bench.socket.take().toReversed()) bench.socket.put(id, id + 10);
    await bench.clock.settle();
    expect(puts.map(({ value }) => value)).toEqual([11, 12, 13].map((revision) => ({ revision, appliedIndex: 5 })));
  });

  test("made before there is a connection wait for it, and have less time then", async () => {
    const bench = new Bench({ timeoutMs: 1000 });
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.pass(300);
    expect(bench.socket.requests).toEqual([]);
    await bench.welcomed();
    expect(bench.socket.requests).toMatchObject([{ id: 1, remainingMs: 700 }]);
    bench.socket.put(1);
    await bench.clock.settle();
    expect(put.value).toBeDefined();
  });

  test("that the server has no room for wait here; more than the client keeps is OVERLOADED at once", async () => {
    const bench = new Bench({ requestsMax: 3 });
    await bench.welcomed("n1", undefined, { requestsMax: 2 });
    const puts = [1, 2, 3].map((n) => new Watched(bench.client.put(`k${n}`, "v")));
    await expect(bench.client.put("k4", "v")).rejects.toMatchObject({ code: "OVERLOADED", outcome: "not-applied" });
    await bench.clock.settle();
    expect(bench.socket.take().map(({ id }) => id)).toEqual([1, 2]);
    bench.socket.put(2);
    await bench.clock.settle();
    expect(bench.socket.take().map(({ id }) => id)).toEqual([3]);
    bench.socket.put(1);
    bench.socket.put(3);
    await bench.clock.settle();
    expect(puts.every(({ value }) => value !== undefined)).toBe(true);
    const bytes = new Bench({ requestBytesMax: 1000 });
    const large = new Watched(bytes.client.put("k", new Uint8Array(5000)));
    await expect(bytes.client.put("k", "v")).rejects.toMatchObject({ code: "OVERLOADED" });
    expect(large.isSettled).toBe(false);
  });

  test("that exceed the server's message are TOO_LARGE and never leave", async () => {
    const bench = new Bench();
    await bench.welcomed("n1", undefined, { messageBytesMax: 1000 });
    const put = new Watched(bench.client.put("k", new Uint8Array(1001)));
    await bench.clock.settle();
    expect(put.error).toMatchObject({ code: "TOO_LARGE", outcome: "not-applied" });
    expect(bench.socket.requests).toEqual([]);
  });

  test("with more than a day say that they have a day: a server takes no more", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v", { timeoutMs: 2 ** 31 - 1 }));
    await bench.clock.settle();
    expect(bench.socket.requests).toMatchObject([{ remainingMs: 86_400_000 }]);
    bench.socket.put(1);
    await bench.clock.settle();
    expect(put.value).toBeDefined();
  });

  test("with wrong arguments are TypeErrors", async () => {
    const bench = new Bench();
    await expect(bench.client.put("", "v")).rejects.toThrow(TypeError);
    await expect(bench.client.put("k", "v", { timeoutMs: 0 })).rejects.toThrow("timeoutMs is 0");
    await expect(bench.client.put("k".repeat(9000), "v")).rejects.toMatchObject({ code: "TOO_LARGE" });
  });
});

describe("errors", () => {
  test.each(codes.filter((code) => !passing.includes(code)))("%s is told as it is, once", async (code) => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    const leader = { id: "n2", url: "http://b:1" };
    bench.socket.fail(1, { code, outcome: errorOutcomes[code], detail: "words", remedy: "a remedy", leader });
    await bench.clock.pass(2000);
    expect(put.error).toBeInstanceOf(ClientError);
    expect(put.error).toMatchObject({
      code,
      outcome: errorOutcomes[code],
      message: "words",
      remedy: "a remedy",
      leader,
    });
    expect(bench.socket.requests).toHaveLength(1);
  });

  test("BEHIND is a read with minIndex that a node leaves without an answer; where none was asked it is UNAVAILABLE", async () => {
    const bench = new Bench({ timeoutMs: 500 });
    const unasked = new Watched(bench.client.get("k", { consistency: { minIndex: 99 } }));
    await bench.clock.pass(500);
    expect(unasked.error).toMatchObject({ code: "UNAVAILABLE" });
    await bench.welcomed();
    const read = new Watched(bench.client.get("k", { consistency: { minIndex: 99 } }));
    const other = new Watched(bench.client.get("k"));
    await bench.clock.pass(500);
    expect(read.error).toMatchObject({ code: "BEHIND", outcome: "not-applied" });
    expect(read.error).toMatchObject({ message: expect.stringContaining("has applied index 99") as string });
    expect(other.error).toMatchObject({ code: "UNAVAILABLE" });
  });

  test.each(passing)("%s is tried again, and told when the time is over", async (code) => {
    const bench = new Bench({ endpoints: ["http://a:1"], timeoutMs: 3000 });
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    const other = new Watched(bench.client.put("other", "v"));
    await bench.clock.settle();
    const [first, second] = bench.socket.take();
    bench.socket.fail(first?.id ?? 0, { code });
    bench.socket.fail(second?.id ?? 0, { code, detail: "still" });
    for (let i = 0; i < 100 && !other.isSettled; i += 1) {
      await bench.clock.pass(40);
      const latest = bench.socket;
      if (latest.messages.length === 0) await bench.welcomed();
      for (const socket of bench.sockets) {
        for (const { id, request } of socket.take()) {
          const isFirst = request.type === "command" && Buffer.compare(request.command, putOf("k")) === 0;
          if (isFirst) socket.put(id);
          else socket.fail(id, { code, detail: "still" });
        }
      }
    }
    expect(put.value).toEqual({ revision: 2, appliedIndex: 5 });
    expect(other.error).toMatchObject({ code, message: "still", outcome: "not-applied" });
    expect(bench.clock.now()).toBeGreaterThanOrEqual(3000);
  });

  test("a passing refusal whose outcome is unknown is not tried again", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    bench.socket.fail(1, { code: "OVERLOADED", outcome: "unknown" });
    await bench.clock.pass(1000);
    expect(put.error).toMatchObject({ code: "OVERLOADED", outcome: "unknown" });
    expect(bench.socket.requests).toHaveLength(1);
  });

  test("a code of a later version is told with its outcome", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    bench.socket.fail(1, { code: "LEASE_EXPIRED", outcome: "not-applied" });
    await bench.clock.settle();
    expect(put.error).toMatchObject({ code: "LEASE_EXPIRED", outcome: "not-applied" });
  });
});

describe("deadlines and signals", () => {
  test("with no node in reach a request is UNAVAILABLE when its time is over, and says where was looked", async () => {
    const bench = new Bench({ timeoutMs: 400 });
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.pass(399);
    expect(put.isSettled).toBe(false);
    await bench.clock.pass(1);
    expect(put.error).toMatchObject({ code: "UNAVAILABLE", outcome: "not-applied" });
    expect(String(put.error)).toContain("ws://a:1/v1/ws");
  });

  test("a write without an answer in time is OUTCOME_UNKNOWN, a read is not-applied; the server is told", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v", { timeoutMs: 100 }));
    const get = new Watched(bench.client.get("k", { timeoutMs: 200 }));
    await bench.clock.pass(150);
    expect(put.error).toMatchObject({ code: "OUTCOME_UNKNOWN", outcome: "unknown" });
    expect(get.isSettled).toBe(false);
    await bench.clock.pass(100);
    expect(get.error).toMatchObject({ code: "UNAVAILABLE", outcome: "not-applied" });
    expect(bench.socket.frames.filter((frame) => frame.type === "cancel")).toEqual([
      { type: "cancel", id: 1 },
      { type: "cancel", id: 2 },
    ]);
    bench.socket.put(1);
    await bench.clock.settle();
    expect(bench.socket.closedWith).toBeUndefined();
  });

  test("a refusal that lasts is what is told at the deadline", async () => {
    const bench = new Bench({ endpoints: ["http://a:1"], timeoutMs: 500 });
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    for (let i = 0; i < 6; i += 1) {
      for (const { id } of bench.socket.take()) bench.socket.fail(id, { code: "OVERLOADED", detail: "too much" });
      await bench.clock.pass(100);
    }
    expect(bench.socket.requests.length).toBeGreaterThan(2);
    expect(put.error).toMatchObject({ code: "OVERLOADED", message: "too much", outcome: "not-applied" });
    await bench.client.close();
    bench.socket.break();
    expect(bench.clock.timers).toBe(0);
  });

  test("an abort rejects with the signal's reason, before and after the request has left", async () => {
    const bench = new Bench();
    const gone = AbortSignal.abort(new Error("gone"));
    await expect(bench.client.put("k", "v", { signal: gone })).rejects.toThrow("gone");
    await bench.welcomed();
    const controller = new AbortController();
    const put = new Watched(bench.client.put("k", "v", { signal: controller.signal }));
    await bench.clock.settle();
    controller.abort(new Error("enough"));
    await bench.clock.settle();
    expect(put.error).toEqual(new Error("enough"));
    expect(bench.socket.frames.at(-1)).toEqual({ type: "cancel", id: 1 });
  });
});

test("one signal of many requests has one listener, and none when they have settled", async () => {
  const bench = new Bench();
  await bench.welcomed();
  const controller = new AbortController();
  const { signal } = controller;
  const puts = Array.from({ length: 50 }, () => new Watched(bench.client.put("k", "v", { signal })));
  const free = new Watched(bench.client.put("k", "v"));
  await bench.clock.settle();
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  for (const { id } of bench.socket.take().slice(0, 50)) bench.socket.put(id);
  await bench.clock.settle();
  expect(puts.every(({ value }) => value !== undefined)).toBe(true);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  const others = [1, 2, 3].map(() => new Watched(bench.client.put("k", "v", { signal })));
  await bench.clock.settle();
  const done = others[1];
  bench.socket.put(bench.socket.take()[1]?.id ?? 0);
  await bench.clock.settle();
  controller.abort(new Error("enough"));
  await bench.clock.settle();
  expect(others.map(({ error }) => error)).toEqual([new Error("enough"), undefined, new Error("enough")]);
  expect([done?.isSettled, free.isSettled]).toEqual([true, false]);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

describe("close", () => {
  test("takes no more, waits for what is under way, leaves no timer and no connection", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    const closed = new Watched(bench.client.close());
    await expect(bench.client.put("k", "v")).rejects.toMatchObject({ code: "CLOSED", outcome: "not-applied" });
    await bench.clock.pass(100);
    expect(closed.isSettled).toBe(false);
    bench.socket.put(1);
    await bench.clock.settle();
    expect(put.value).toBeDefined();
    expect(closed.isSettled).toBe(true);
    expect(bench.socket.closedWith).toBe(1000);
    bench.socket.break(1000);
    await bench.clock.pass(5000);
    expect(bench.sockets).toHaveLength(1);
    expect(bench.clock.timers).toBe(0);
    await bench.client.close();
  });

  test("while there is no connection ends at the last deadline", async () => {
    const bench = new Bench({ timeoutMs: 300 });
    const put = new Watched(bench.client.put("k", "v"));
    const closed = new Watched(bench.client.close());
    await bench.clock.pass(301);
    expect(put.error).toMatchObject({ code: "UNAVAILABLE" });
    expect(closed.isSettled).toBe(true);
    bench.socket.break();
    expect(bench.clock.timers).toBe(0);
  });
});

test.each([
  [{ endpoints: [] }, "endpoints"],
  [{ endpoints: ["ftp://a"] }, "ftp://a"],
  [{ endpoints: ["http://a/path"] }, "http://a/path"],
  [{ endpoints: ["http://a"], timeoutMs: 0 }, "timeoutMs"],
  [{ endpoints: ["http://a"], colour: "red" }, "colour"],
])("options %j are refused", (options, named) => {
  expect(() => KvClient.open(options)).toThrow(TypeError);
  expect(() => KvClient.open(options)).toThrow(named);
});
