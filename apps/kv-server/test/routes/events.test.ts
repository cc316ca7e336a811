import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { call, problemIn } from "../http/client.ts";
import { openFakeServer } from "../http/fake-node.ts";
import { until } from "../processes/until.ts";
import { Listening } from "../watch/event-source.ts";
import { fakeCluster } from "../watch/fake-cluster.ts";

const peer = {
  "x-quorate-forwarded": "n2",
  "x-quorate-cluster": "c1",
  "sec-quorate-client-url": "http://n2.example",
};

describe("GET /v1/events", () => {
  test("tells the latest events first, then how the node is, then what happens", async () => {
    const cluster = fakeCluster();
    cluster.recorder.record("leader", { term: 3 });
    await using server = await openFakeServer({ cluster });
    await using page = await Listening.to(`${server.origin}/v1/events`);
    await page.wait("a report", (all) => all.reportsOf("n1").length > 0);
    expect(page.headers["content-type"]).toBe("text/event-stream");
    expect(page.messages[0]).toMatchObject({
      type: "event",
      event: { node: "n1", kind: "leader", values: { term: 3 } },
    });
    cluster.recorder.record("stall", { ms: 300 });
    await page.wait("the stall", (all) => all.events.some((event) => event.kind === "stall"));
  });

  test("asks nothing of the node while nobody listens", async () => {
    const cluster = fakeCluster();
    await using server = await openFakeServer({ cluster });
    expect(cluster.wanted()).toBe(0);
    {
      await using page = await Listening.to(`${server.origin}/v1/events`);
      await using second = await Listening.to(`${server.origin}/v1/events?scope=node`);
      await second.wait("a report", (all) => all.reportsOf("n1").length > 0);
      await page.wait("a report", (all) => all.reportsOf("n1").length > 0);
      expect(cluster.wanted()).toBe(1);
    }
    await until("both to be gone", () => cluster.wanted() === 0);
  });

  test.each(["", "?scope=node"])("comes back without doubles (%s)", async (query) => {
    const cluster = fakeCluster();
    await using server = await openFakeServer({ cluster });
    const url = `${server.origin}/v1/events${query}`;
    cluster.recorder.record("pre-vote", { term: 1 });
    cluster.recorder.record("election", { term: 1 });
    await using first = await Listening.to(url);
    await first.wait("a report", (all) => all.reportsOf("n1").length > 0);
    expect(first.events.map((event) => event.kind)).toEqual(["pre-vote", "election"]);
    const { token } = first;
    await first[Symbol.asyncDispose]();
    cluster.recorder.record("leader", { term: 1 });
    await using again = await Listening.to(url, { "last-event-id": token });
    await again.wait("a report", (all) => all.reportsOf("n1").length > 0);
    await again.wait("the leader", (all) => all.events.some((event) => event.kind === "leader"));
    expect(again.events.map((event) => event.kind)).toEqual(["leader"]);
    // A token of another process is none.
    await using stranger = await Listening.to(url, { "last-event-id": "n1.7.all.3" });
    await stranger.wait("a report", (all) => all.reportsOf("n1").length > 0);
    expect(stranger.events).toHaveLength(3);
  });

  test("cuts off who does not read, and serves the others", async () => {
    const cluster = fakeCluster({ eventsMax: 10 });
    await using server = await openFakeServer({ cluster });
    const lazy = connect(server.port, "127.0.0.1");
    lazy.on("error", () => undefined);
    lazy.write("GET /v1/events?scope=node HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await once(lazy, "readable");
    await using page = await Listening.to(`${server.origin}/v1/events?scope=node`);
    await page.wait("a report", (all) => all.reportsOf("n1").length > 0);
    let told = 0;
    const size = (): number => cluster.watch.listeners;
    await until("it to be cut off", () => {
      for (let i = 0; i < 200; i += 1) cluster.recorder.record("failed", { message: "x".repeat(500) });
      told += 200;
      return size() === 1;
    });
    // What the sockets hold by themselves, and no more than a megabyte on top.
    expect(told * 700).toBeLessThan(64 * 1024 * 1024);
    lazy.destroy();
    await page.wait("the last of them", (all) => all.events.length === told);
  });

  test("is refused to more than there is room for", async () => {
    const full = fakeCluster({ listenersMax: 1 });
    await using server = await openFakeServer({ cluster: full });
    const url = `${server.origin}/v1/events`;
    await using first = await Listening.to(url);
    expect(first.status).toBe(200);
    expect(problemIn(await call(server.origin, "GET", "/v1/events"))).toMatchObject({
      status: 503,
      code: "OVERLOADED",
    });
    await using peers = await openFakeServer({ cluster: full, origin: "peer" });
    await using node = await Listening.to(`${peers.origin}/v1/events`, peer);
    expect(node.status).toBe(200);
    await first[Symbol.asyncDispose]();
    await until("room", async () => {
      await using next = await Listening.to(url);
      return next.status === 200;
    });
  });

  test("is refused with another scope or method", async () => {
    await using server = await openFakeServer();
    expect(problemIn(await call(server.origin, "GET", "/v1/events?scope=all"))).toMatchObject({ code: "BAD_REQUEST" });
    const post = await call(server.origin, "POST", "/v1/events");
    expect([post.status, post.headers["allow"]]).toEqual([405, "GET"]);
    expect((await call(server.origin, "HEAD", "/v1/events")).status).toBe(405);
  });

  test("ends when the server is closed", async () => {
    const cluster = fakeCluster();
    await using server = await openFakeServer({ cluster });
    await using page = await Listening.to(`${server.origin}/v1/events`);
    await page.wait("a report", (all) => all.reportsOf("n1").length > 0);
    cluster.watch.close();
    await page.ended();
    expect(page.text).toBe("");
    expect((await call(server.origin, "GET", "/v1/events")).status).toBe(503);
  });
});

describe("the port for peers", () => {
  test("tells of this node alone, and only to nodes of this cluster", async () => {
    const cluster = fakeCluster({ others: [{ id: "n2", address: "" }] });
    await using server = await openFakeServer({ cluster, origin: "peer" });
    const url = `${server.origin}/v1/events`;
    await using node = await Listening.to(url, peer);
    await node.wait("a report", (all) => all.reportsOf("n1").length > 0);
    expect(node.losses).toEqual([]);
    expect(cluster.origins.has("http://n2.example")).toBe(true);
    expect((await call(server.origin, "GET", "/v1/events")).status).toBe(404);
    const stranger = { ...peer, "x-quorate-cluster": "c2" };
    expect(problemIn(await call(server.origin, "GET", "/v1/events", { headers: stranger })).code).toBe("WRONG_CLUSTER");
    expect((await call(server.origin, "GET", "/", { headers: peer })).status).toBe(404);
  });

  test("does nothing for pages, whatever they say: scripts cannot set every header", async () => {
    await using server = await openFakeServer({ origin: "peer" });
    const { "sec-quorate-client-url": _url, ...settable } = peer;
    const refusal = problemIn(await call(server.origin, "GET", "/v1/events", { headers: settable }));
    expect(refusal).toMatchObject({ status: 403, code: "FORBIDDEN" });
    const headers = { ...settable, origin: server.origin };
    expect((await call(server.origin, "POST", "/v1/cluster/transfer", { headers })).status).toBe(403);
    expect((await call(server.origin, "PUT", "/v1/kv/a", { headers, body: "1" })).status).toBe(403);
    expect([server.node.transfers, server.node.proposals]).toEqual([[], 0]);
    expect((await call(server.origin, "PUT", "/v1/kv/a", { headers: settable, body: "1" })).status).toBe(200);
  });
});
