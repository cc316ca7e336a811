import { describe, expect, test } from "vitest";
import { Bench, Watched } from "./fake-cluster.ts";

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

  test("that cannot be reached from here is tried later and later, however often the node at hand answers", async () => {
    const bench = new Bench();
    await bench.welcomed("n1", cluster);
    const [first] = bench.sockets;
    for (let i = 0; i < 150; i += 1) {
      const put = new Watched(bench.client.put("k", "v"));
      await bench.clock.pass(20);
      for (const { id } of first?.take() ?? []) first?.put(id);
      if (bench.sockets.length > 1) bench.socket.refuse("connect ECONNREFUSED");
      await bench.clock.settle();
      expect(put.value).toBeDefined();
    }
    expect(bench.sockets.length).toBeGreaterThan(5);
    expect(bench.sockets.length).toBeLessThan(15);
    // Those that may be reached do not wait for it.
    first?.break();
    await bench.clock.pass(50);
    expect(["ws://a:1/v1/ws", "ws://b:1/v1/ws", "ws://c:1/v1/ws"]).toContain(bench.socket.url);
  });

  test("is not looked for where this client is already", async () => {
    const bench = new Bench({ endpoints: ["http://balancer:1"] });
    await bench.welcomed("n1", { leader: { id: "n2", url: "http://balancer:1" }, members });
    await bench.clock.pass(3000);
    expect(bench.sockets).toHaveLength(1);
  });

  test("a node that was without one for a moment is kept if it answers before another is found", async () => {
    const bench = new Bench();
    await bench.welcomed("n1");
    const puts = ["a", "b"].map((key) => new Watched(bench.client.put(key, "v")));
    await bench.clock.settle();
    bench.socket.fail(1, { code: "NO_LEADER" });
    bench.socket.put(2);
    await bench.clock.pass(50);
    expect(bench.socket.take().at(-1)).toMatchObject({ id: 3 });
    bench.socket.put(3);
    await bench.clock.pass(500);
    expect(puts.every(({ value }) => value !== undefined)).toBe(true);
    expect(bench.sockets).toHaveLength(1);
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
