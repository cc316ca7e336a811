import { encodeClientFrame } from "@quorate/client/protocol";
import { encodeCommand } from "@quorate/statemachine-kv";
import { pack } from "msgpackr";
import { describe, expect, test } from "vitest";
import { sendRaw } from "../http/client.ts";
import { FakeNode, openFakeServer } from "../http/fake-node.ts";
import { until } from "../processes/until.ts";
import { fakeCluster } from "../watch/fake-cluster.ts";
import { RawClient } from "./raw-client.ts";

const put = (key: string, value: Uint8Array = new Uint8Array(1)): Uint8Array =>
  encodeCommand({ type: "put", key: Buffer.from(key), value }, { valueBytesMax: 16 * 1024 * 1024 });
const command = (key: string, value?: Uint8Array) => ({ type: "command", command: put(key, value) }) as const;
/** A put whose first field `key`, which a second one outweighs, holds arrays within arrays. */
const nestedPut = (depth: number): Uint8Array => {
  const [type, key, value] = ["type", "key", "value"].map((name) => pack(name));
  const nested = [key, new Uint8Array(depth).fill(0x91), pack(null)];
  const shown = [key, pack(Buffer.from("k")), value, pack(Buffer.from("v"))];
  return Buffer.concat(
    [Uint8Array.of(0x84), type, pack("put"), ...nested, ...shown].filter((part) => part !== undefined),
  );
};
const get = { type: "query", query: { type: "get", key: Buffer.from("k") }, consistency: "linearizable" } as const;

describe("who may connect", () => {
  test.each([
    ["a page of another site", { headers: { origin: "http://elsewhere.example" } }, 403, "FORBIDDEN"],
    ["a page without an origin", { headers: { "sec-fetch-site": "cross-site" } }, 403, "FORBIDDEN"],
    ["a name that is not this machine's", { headers: { host: "rebound.example" } }, 403, "FORBIDDEN"],
    ["another path", { path: "/v2/ws" }, 404, "NOT_FOUND"],
    ["another subprotocol", { subprotocol: "chat" }, 400, "BAD_REQUEST"],
  ])("not %s", async (_who, options, status, code) => {
    await using server = await openFakeServer();
    using client = new RawClient(server.origin, options);
    await client.ended;
    expect(client.refusal?.status).toBe(status);
    expect(JSON.parse(client.refusal?.body ?? "")).toMatchObject({ code, outcome: "not-applied" });
    expect(server.node.proposals).toBe(0);
  });

  test("a page that a node of this cluster has served", async () => {
    await using server = await openFakeServer();
    using client = new RawClient(server.origin, { headers: { origin: "http://n1.example" } });
    await client.greeted();
  });

  test("on the port for peers none but peers of this cluster", async () => {
    await using server = await openFakeServer({
      origin: "peer",
      cluster: fakeCluster({ others: [{ id: "n2", address: "" }] }),
    });
    const peer = { "x-quorate-forwarded": "n2", "x-quorate-cluster": "c1" };
    const strangers = [{}, { ...peer, origin: "http://n1.example" }, { ...peer, "x-quorate-cluster": "c2" }];
    for (const headers of strangers) {
      using client = new RawClient(server.origin, { headers });
      await client.ended;
      expect(client.refusal?.status).toBeGreaterThanOrEqual(400);
    }
    using client = new RawClient(server.origin, {
      headers: { ...peer, "sec-quorate-client-url": "http://n2.example" },
    });
    await client.greeted();
    const { welcome } = await client.heard("welcome");
    expect(welcome.cluster.members).toEqual([{ id: "n1", url: "http://n1.example" }]);
  });

  test("GET /v1/ws without an upgrade says what it is for", async () => {
    await using server = await openFakeServer();
    const reply = await fetch(`${server.origin}/v1/ws`);
    expect([reply.status, await reply.json()]).toMatchObject([400, { code: "BAD_REQUEST" }]);
  });
});

test("a client that offers another protocol is served without it", async () => {
  await using server = await openFakeServer();
  const head = "GET /livez HTTP/1.1\r\nhost: localhost\r\nupgrade: h2c\r\nconnection: upgrade, close\r\n\r\n";
  expect(await sendRaw(server.port, head)).toMatch(/^HTTP\/1\.1 200 OK/);
});

describe("a connection ends, and no other, when it sends", () => {
  const messages: Record<string, Uint8Array | string> = {
    text: "hello",
    nothing: new Uint8Array(0),
    "no MessagePack": Uint8Array.of(0xc1, 0xc1),
    "four billion elements": Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff),
    "a hundred thousand levels": new Uint8Array(100_000).fill(0x91),
    "a kind that is not known": pack([17, 1]),
    "a second hello": encodeClientFrame({ type: "hello", hello: { versionMin: 1, versionMax: 1, clientId: "c" } }),
    "ten thousand pings": new Uint8Array(20_000).map((_, i) => (i % 2 === 0 ? 0x91 : 5)),
    "a query of no kind without an id": pack([2, 0, 1000, { type: "watch" }, "stale"]),
    "a query of no kind without a time": pack([2, 1, -1, { type: "watch" }, "stale"]),
    "an id again, with a query of no kind": Buffer.concat(
      [1, 1].map((id) => pack([2, id, 1000, { type: "watch" }, "stale"])),
    ),
    "an id again": Buffer.concat(
      [1, 1].map((id) => encodeClientFrame({ type: "request", id, remainingMs: 1, request: get })),
    ),
  };
  test.each(Object.keys(messages))("%s", async (what) => {
    await using server = await openFakeServer();
    using other = new RawClient(server.origin);
    await other.greeted();
    using client = new RawClient(server.origin);
    await client.greeted();
    client.socket.send(messages[what] ?? "");
    expect((await client.ended).code).toBe(4002);
    other.ask(1, command("k"));
    await other.heard("result", 1);
  });

  test("a request before the hello", async () => {
    await using server = await openFakeServer();
    using client = new RawClient(server.origin);
    await client.opened();
    client.ask(1, command("k"));
    expect((await client.ended).code).toBe(4002);
    expect(server.node.proposals).toBe(0);
  });

  test("a request before the hello that could be refused by its id", async () => {
    await using server = await openFakeServer();
    using client = new RawClient(server.origin);
    await client.opened();
    client.socket.send(pack([2, 1, 1000, { type: "watch" }, "stale"]));
    expect((await client.ended).code).toBe(4002);
  });

  test("a hello of other versions only", async () => {
    await using server = await openFakeServer();
    using client = new RawClient(server.origin);
    await client.opened();
    client.say({ type: "hello", hello: { versionMin: 7, versionMax: 9, clientId: "c" } });
    expect(await client.ended).toMatchObject({ code: 4001, reason: expect.stringContaining("7 to 9") as string });
  });

  test("more than a message may have", async () => {
    await using server = await openFakeServer({ valueBytesMax: 1000 });
    using client = new RawClient(server.origin);
    await client.greeted();
    client.socket.send(new Uint8Array(8 * 1024 * 1024));
    expect((await client.ended).code).toBe(1009);
  });
});

describe("a request is refused, and the connection goes on, when it is", () => {
  test("no command, too large, beyond the limits of a range, or a lease read where there is none", async () => {
    await using server = await openFakeServer({ valueBytesMax: 1000 });
    using client = new RawClient(server.origin);
    await client.greeted();
    client.ask(1, { type: "command", command: Uint8Array.of(1, 2, 3) });
    client.ask(2, command("k", new Uint8Array(1001)));
    client.ask(3, { type: "query", query: { type: "range", range: {}, limit: 10_001 }, consistency: "stale" });
    client.ask(4, { ...get, consistency: "lease" });
    client.ask(5, { type: "query", query: { type: "get", key: new Uint8Array(9000) }, consistency: "stale" });
    for (const [id, code] of [
      [1, "BAD_REQUEST"],
      [2, "TOO_LARGE"],
      [3, "BAD_REQUEST"],
      [4, "BAD_REQUEST"],
    ] as const) {
      const { failure } = await client.heard("failure", id);
      expect([id, failure]).toMatchObject([id, { code, outcome: "not-applied" }]);
    }
    expect((await client.heard("failure", 5)).failure).toMatchObject({ code: "TOO_LARGE", outcome: "not-applied" });
    client.ask(6, command("k"));
    await client.heard("result", 6);
    expect(server.node.proposals).toBe(1);
  });

  test.each([
    ["a query of no kind", [2, 2, 5000, { type: "watch" }, "stale"]],
    ["a field that is not known", [2, 2, 5000, { type: "get", key: Buffer.from("k"), atRevision: 3 }, "stale"]],
    ["a limit of 0", [2, 2, 5000, { type: "range", range: {}, limit: 0 }, "stale"]],
    ["a consistency that is none", [2, 2, 5000, get.query, "strong"]],
    ["no consistency", [2, 2, 5000, get.query]],
    ["a command that is text", [1, 2, 5000, "put"]],
  ])("%s, with a right id and time; what is under way beside it is answered", async (_what, frame) => {
    const node = new FakeNode();
    await using server = await openFakeServer({ node });
    using client = new RawClient(server.origin);
    await client.greeted();
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    const asked = [1, 3].map((id) => ({ type: "request", id, remainingMs: 5000, request: command("k") }) as const);
    const [first, last] = asked.map(encodeClientFrame);
    client.socket.send(Buffer.concat([first ?? "", pack(frame), last ?? ""].map((part) => Buffer.from(part))));
    expect((await client.heard("failure", 2)).failure).toMatchObject({ code: "BAD_REQUEST", outcome: "not-applied" });
    gate.resolve();
    await client.heard("result", 1);
    await client.heard("result", 3);
  });

  test("a command in another form than encodeCommand's, whatever it hides", async () => {
    const depths = [1, 10, 500, 5000, 9500, 20_000];
    await using server = await openFakeServer();
    using client = new RawClient(server.origin);
    await client.greeted();
    // A decoder that runs often enough is compiled, and gets deeper with the same stack.
    const warming = Array.from({ length: 1500 }, () => 500);
    const all = [...warming, ...depths];
    for (const [at, depth] of all.entries()) {
      client.ask(at + 1, { type: "command", command: nestedPut(depth) });
      if (at % 100 === 99) await client.heard("failure", at + 1);
    }
    const otherOrder = pack({ key: Buffer.from("k"), value: Buffer.from("v"), type: "put" });
    client.ask(all.length + 1, { type: "command", command: otherOrder });
    await client.heard("failure", all.length + 1);
    const answers = client.frames.filter((frame) => frame.type === "failure");
    expect(answers).toHaveLength(all.length + 1);
    expect(new Set(answers.map(({ failure }) => `${failure.code} ${failure.outcome}`))).toEqual(
      new Set(["BAD_REQUEST not-applied"]),
    );
    client.ask(all.length + 2, command("k"));
    await client.heard("result", all.length + 2);
    expect(server.node.proposals).toBe(1);
  });

  test("one more than may be under way", async () => {
    const node = new FakeNode();
    await using server = await openFakeServer({ node });
    using client = new RawClient(server.origin);
    await client.greeted();
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    const { requestsMax } = (await client.heard("welcome")).welcome.limits;
    for (let id = 1; id <= requestsMax + 1; id += 1) client.ask(id, command("k"));
    expect((await client.heard("failure", requestsMax + 1)).failure).toMatchObject({
      code: "OVERLOADED",
      outcome: "not-applied",
    });
    gate.resolve();
    await client.heard("result", requestsMax);
  });

  test("made while the answers of the port wait for their readers", async () => {
    await using server = await openFakeServer({ admission: { answerBytesMax: 0 } });
    using client = new RawClient(server.origin);
    await client.greeted();
    client.ask(1, get);
    expect((await client.heard("failure", 1)).failure.code).toBe("OVERLOADED");
  });
});

test("a client that reads nothing is read from no more, until it reads", async () => {
  await using server = await openFakeServer();
  await (await fetch(`${server.origin}/v1/kv/k`, { method: "PUT", body: new Uint8Array(1024 * 1024) })).text();
  using other = new RawClient(server.origin);
  await other.greeted();
  using client = new RawClient(server.origin);
  await client.greeted();
  client.socket.pause();
  for (let id = 1; id <= 40; id += 1) {
    client.ask(id, get);
    other.ask(id, { type: "status" });
    await other.heard("result", id);
  }
  expect(server.node.consistencies.length).toBeLessThan(40);
  client.socket.resume();
  await client.heard("result", 40);
});

test("large values that one client asks for and does not read leave room for the others", async () => {
  await using server = await openFakeServer({
    admission: { answerBytesMax: 80 * 1024 * 1024 },
    requestTimeoutMs: 60_000,
  });
  await (await fetch(`${server.origin}/v1/kv/k`, { method: "PUT", body: new Uint8Array(1024 * 1024) })).text();
  using other = new RawClient(server.origin);
  await other.greeted();
  using client = new RawClient(server.origin);
  await client.greeted();
  client.socket.pause();
  const ids = Array.from({ length: 100 }, (_, i) => i + 1);
  client.say(...ids.map((id) => ({ type: "request", id, remainingMs: 60_000, request: get }) as const));
  await until("the reads to be done", () => server.node.consistencies.length >= ids.length);
  other.ask(1, { type: "status" });
  await other.heard("result", 1);
  other.ask(2, get);
  await other.heard("result", 2);
  client.socket.resume();
  await until("all answers", () => ids.every((id) => client.frames.some((frame) => "id" in frame && frame.id === id)));
  expect(client.frames.filter(({ type }) => type === "failure")).toEqual([]);
});
