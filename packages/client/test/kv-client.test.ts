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

describe("a connection that ends", () => {
  test("a write that has left is OUTCOME_UNKNOWN, and is not sent again; a read is", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    const get = new Watched(bench.client.get("k"));
    await bench.clock.settle();
    bench.socket.break();
    await bench.clock.settle();
    expect(put.error).toMatchObject({ code: "OUTCOME_UNKNOWN", outcome: "unknown" });
    expect(await bench.redialled()).toBe(2);
    await bench.welcomed("n2");
    expect(bench.socket.requests.map(({ request }) => request.type)).toEqual(["query"]);
    const result = { type: "get", revision: 4, kv: undefined } as const;
    bench.socket.say({ type: "result", id: 1, appliedIndex: 7, result });
    await bench.clock.settle();
    expect(get.value).toEqual({ revision: 4, kv: undefined, appliedIndex: 7 });
  });

  test("a write that has not left yet is sent elsewhere", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    bench.socket.break();
    expect(await bench.redialled()).toBe(2);
    expect(bench.sockets[0]?.requests).toEqual([]);
    await bench.welcomed("n2");
    bench.socket.put(1);
    await bench.clock.settle();
    expect(put.value).toBeDefined();
  });

  test.each([
    ["text", (bench: Bench) => bench.socket.sayText("hello")],
    ["bytes that are no frame", (bench: Bench) => bench.socket.sayBytes(new Uint8Array([0x81, 1, 2]))],
    ["an answer to nothing", (bench: Bench) => bench.socket.put(99)],
    [
      "a result of another kind",
      (bench: Bench) =>
        bench.socket.say({ type: "result", id: 1, appliedIndex: 1, result: { type: "get", revision: 1 } }),
    ],
    ["a second welcome", (bench: Bench) => bench.socket.welcome("n1")],
  ])("because the server has sent %s is closed with 4002; the client goes on at another", async (_what, say) => {
    const bench = new Bench();
    await bench.welcomed();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    say(bench);
    await bench.clock.settle();
    expect(bench.socket.closedWith).toBe(4002);
    expect(put.error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await bench.redialled()).toBe(2);
  });

  test("because the node says nothing, not even when asked, is given up", async () => {
    const bench = new Bench({ silenceMsMax: 1000 });
    await bench.welcomed();
    await bench.clock.pass(600);
    expect(bench.socket.frames.at(-1)).toEqual({ type: "ping" });
    bench.socket.say({ type: "pong" });
    await bench.clock.pass(800);
    expect(bench.socket.closedWith).toBeUndefined();
    await bench.clock.pass(200);
    expect(bench.sockets[0]?.closedWith).toBe(4004);
    expect(bench.sockets).toHaveLength(2);
  });

  test("before it was made leads to another endpoint, later and later", async () => {
    const bench = new Bench();
    const times: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      times.push(bench.clock.now());
      bench.socket.break();
      await bench.redialled();
    }
    const urls = bench.sockets.slice(0, 6).map(({ url }) => url);
    expect(new Set(urls.slice(0, 3))).toEqual(new Set(["ws://a:1/v1/ws", "ws://b:1/v1/ws", "ws://c:1/v1/ws"]));
    expect(urls.slice(3)).toEqual(urls.slice(0, 3));
    const gaps = times.slice(1).map((ms, i) => ms - (times[i] ?? 0));
    expect(gaps.at(-1)).toBeGreaterThan(4 * (gaps[0] ?? 0));
  });

  test("a node that never says who it is is given up after connectTimeoutMs", async () => {
    const bench = new Bench({ connectTimeoutMs: 500 });
    bench.socket.open();
    await bench.clock.pass(499);
    expect(bench.sockets).toHaveLength(1);
    await bench.clock.pass(100);
    expect(bench.sockets.length).toBeGreaterThan(1);
    expect(bench.sockets[0]?.closedWith).toBe(1000);
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

describe("the leader", () => {
  const members = [
    { id: "n1", url: "http://a:1" },
    { id: "n2", url: "http://lead:9" },
  ];
  const cluster = { leader: members[1], members };

  test("is followed to where a node says that it is; what is under way is answered on the old connection", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const first = bench.socket;
    const early = new Watched(bench.client.put("early", "v"));
    await bench.clock.settle();
    first.say({ type: "cluster", cluster });
    expect(await bench.redialled()).toBe(2);
    expect(bench.socket.url).toBe("ws://lead:9/v1/ws");
    const between = new Watched(bench.client.put("between", "v"));
    await bench.clock.settle();
    expect(first.take()).toHaveLength(2);
    await bench.welcomed("n2", cluster);
    const late = new Watched(bench.client.put("late", "v"));
    await bench.clock.settle();
    expect(first.take()).toEqual([]);
    expect(bench.socket.take()).toHaveLength(1);
    bench.socket.put(1);
    first.put(1);
    expect(first.closedWith).toBeUndefined();
    first.put(2);
    await bench.clock.settle();
    expect([early, between, late].every(({ value }) => value !== undefined)).toBe(true);
    expect(first.closedWith).toBe(1000);
    expect(bench.sockets).toHaveLength(2);
  });

  test("that cannot be reached from here is tried again, while the node at hand goes on", async () => {
    const bench = new Bench();
    await bench.welcomed("n1", cluster);
    const [first] = bench.sockets;
    expect(await bench.redialled()).toBe(2);
    bench.socket.break();
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    first?.put(1);
    await bench.clock.settle();
    expect(put.value).toBeDefined();
    expect(await bench.redialled()).toBe(3);
    expect(bench.socket.url).toBe("ws://lead:9/v1/ws");
  });

  test("is not followed where the client is told not to", async () => {
    const bench = new Bench({ followLeader: false });
    await bench.welcomed("n1", cluster);
    await bench.clock.pass(3000);
    expect(bench.sockets).toHaveLength(1);
  });

  test("a node without one is left for another that may know more", async () => {
    const bench = new Bench();
    await bench.welcomed("n1");
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    bench.socket.fail(1, { code: "NO_LEADER" });
    expect(await bench.redialled()).toBe(2);
    expect(bench.socket.url).not.toBe(bench.sockets[0]?.url);
    await bench.welcomed("n3");
    await bench.clock.pass(500);
    for (const socket of bench.sockets) for (const { id } of socket.take().slice(-1)) socket.put(id);
    await bench.clock.settle();
    expect(put.value).toBeDefined();
  });

  test("a node that says goodbye is asked no more, and answers what it was asked", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const [first] = bench.sockets;
    const early = new Watched(bench.client.put("early", "v"));
    await bench.clock.settle();
    first?.say({ type: "goodbye" });
    const late = new Watched(bench.client.put("late", "v"));
    expect(await bench.redialled()).toBe(2);
    await bench.welcomed("n2");
    expect(first?.requests).toHaveLength(1);
    first?.put(1);
    bench.socket.put(1);
    await bench.clock.settle();
    expect([early.value, late.value].every((value) => value !== undefined)).toBe(true);
    expect(first?.closedWith).toBe(1000);
  });

  test("a node of another cluster is not asked", async () => {
    const bench = new Bench();
    await bench.welcomed();
    bench.socket.break();
    await bench.redialled();
    bench.socket.open();
    const limits = { requestsMax: 1, bytesMax: 1, messageBytesMax: 1000, valueBytesMax: 1 };
    const welcome = { version: 1, clusterId: "c2", nodeId: "x", limits, silenceMsMax: 1000, cluster: { members: [] } };
    bench.socket.say({ type: "welcome", welcome });
    const put = new Watched(bench.client.put("k", "v", { timeoutMs: 50 }));
    await bench.clock.pass(100);
    expect(bench.sockets[1]?.closedWith).toBe(1000);
    expect(bench.sockets[1]?.requests).toEqual([]);
    expect(String(put.error)).toContain("belongs to cluster c2");
  });
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
