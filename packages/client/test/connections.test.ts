import { describe, expect, test } from "vitest";
import { Bench, Watched } from "./fake-cluster.ts";

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

  test("what is asked without a connection fails with the words of the last one that failed", async () => {
    const bench = new Bench();
    const put = new Watched(bench.client.put("k", "v", { timeoutMs: 10 }));
    bench.socket.refuse("connect ECONNREFUSED 10.0.0.1:1");
    await bench.clock.pass(20);
    expect(String(put.error)).toContain(`the last: ${bench.sockets[0]?.url}: connect ECONNREFUSED 10.0.0.1:1`);
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

  test("because the server has not understood it (4002) is not the first of many: its read is not sent again", async () => {
    const bench = new Bench();
    await bench.welcomed();
    const get = new Watched(bench.client.get("k"));
    const put = new Watched(bench.client.put("k", "v"));
    await bench.clock.settle();
    const late = new Watched(bench.client.get("late"));
    bench.socket.break(4002, "a query whose element 2 is not right");
    await bench.clock.settle();
    expect(get.error).toMatchObject({ code: "BAD_REQUEST", outcome: "not-applied" });
    expect(String(get.error)).toContain("element 2 is not right");
    expect(put.error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    await bench.redialled();
    await bench.welcomed("n2");
    expect(bench.socket.requests).toHaveLength(1);
    bench.socket.say({ type: "result", id: 1, appliedIndex: 7, result: { type: "get", revision: 4 } });
    await bench.clock.settle();
    expect(late.value).toBeDefined();
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

  test("is cut off where the node does not take part in closing it, and left alone where it does", async () => {
    const bench = new Bench();
    await bench.welcomed();
    await bench.client.close();
    await bench.clock.pass(900);
    expect(bench.socket.isTerminated).toBe(false);
    await bench.clock.pass(200);
    expect(bench.socket.isTerminated).toBe(true);
    const polite = new Bench();
    await polite.welcomed();
    await polite.client.close();
    polite.socket.break(1000);
    await polite.clock.pass(2000);
    expect([polite.socket.isTerminated, polite.clock.timers]).toEqual([false, 0]);
  });
});
