import { KvClient } from "@quorate/client";
import { RaftError } from "@quorate/raft-core";
import { encodeCommand } from "@quorate/statemachine-kv";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FakeNode, openFakeServer } from "../http/fake-node.ts";
import type { FakeServer } from "../http/fake-node.ts";
import { until } from "../processes/until.ts";
import { RawClient } from "./raw-client.ts";

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const openClient = (server: FakeServer): KvClient =>
  KvClient.open({ endpoints: [server.origin], webSocket: WebSocket, timeoutMs: 3000 });
const put = (key: string) =>
  ({
    type: "command",
    command: encodeCommand({ type: "put", key: Buffer.from(key), value: Buffer.from("v") }),
  }) as const;

test.each([
  ["ws", WebSocket],
  ["the platform", undefined],
])("a client puts, gets, deletes, ranges and transacts over the WebSocket of %s", async (_whose, webSocket) => {
  await using server = await openFakeServer();
  await using client = KvClient.open({ endpoints: [server.origin], webSocket });
  expect(await client.put("a", "1")).toEqual({ revision: 2, appliedIndex: 9 });
  const { kv } = await client.get("a");
  expect(text(kv?.value)).toBe("1");
  expect(kv).toMatchObject({ modRevision: 2, version: 1 });
  expect((await client.get("none")).kv).toBeUndefined();
  await client.put("b", new Uint8Array([1, 2]));
  expect(await client.range({ prefix: "" }, { limit: 1 })).toMatchObject({ more: true, revision: 3 });
  expect(
    (await client.range({ start: "b" }, { keysOnly: true })).kvs.map(({ key, value }) => [text(key), value.length]),
  ).toEqual([["b", 0]]);
  const txn = await client.txn({
    compares: [{ target: "value", key: "a", operator: "=", value: "1" }],
    success: [
      { type: "delete", key: "b" },
      { type: "get", key: "b" },
    ],
  });
  const responses = [
    { type: "delete", deleted: 1 },
    { type: "get", kv: undefined },
  ];
  expect(txn).toMatchObject({ succeeded: true, responses });
  expect(await client.delete("a")).toMatchObject({ deleted: 1 });
  expect(await client.status()).toMatchObject({ id: "n1", role: "leader", members: [{ id: "n1", voter: true }] });
});

test("what one interface writes the other reads", async () => {
  await using server = await openFakeServer();
  await using client = openClient(server);
  await client.put("over/ws", "1");
  expect(await (await fetch(`${server.origin}/v1/kv/over%2Fws`)).text()).toBe("1");
  await (await fetch(`${server.origin}/v1/kv/http`, { method: "PUT", body: "2" })).text();
  expect(text((await client.get("http")).kv?.value)).toBe("2");
});

test("a large value is answered whole, though reads expect a small one", async () => {
  await using server = await openFakeServer();
  await using client = openClient(server);
  const value = new Uint8Array(700_000).map((_, i) => i % 251);
  await client.put("k", value);
  const { kv } = await client.get("k");
  expect(Buffer.compare(kv?.value ?? new Uint8Array(0), value)).toBe(0);
});

test("requests of one message are proposed in one turn, and their answers leave in one message", async () => {
  const node = new FakeNode();
  await using server = await openFakeServer({ node });
  using client = new RawClient(server.origin);
  await client.greeted();
  const gate = Promise.withResolvers<void>();
  node.gate = gate.promise;
  const frames = Array.from({ length: 100 }, (_, i) => i + 1).map(
    (id) => ({ type: "request", id, remainingMs: 5000, request: put(`k${id}`) }) as const,
  );
  client.say(...frames);
  client.ask(101, { type: "status" });
  await client.heard("result", 101);
  expect(node.proposals).toBe(100);
  const before = client.messages.length;
  gate.resolve();
  await client.heard("result", 100);
  expect(client.messages.length).toBe(before + 1);
  expect(client.messages.at(-1)).toHaveLength(100);
});

test("an answer that is not wanted any more is not sent, but that there is none is", async () => {
  const node = new FakeNode();
  await using server = await openFakeServer({ node });
  using client = new RawClient(server.origin);
  await client.greeted();
  const gate = Promise.withResolvers<void>();
  node.gate = gate.promise;
  client.ask(1, put("k"));
  client.say({ type: "cancel", id: 1 }, { type: "ping" });
  await client.heard("pong");
  gate.resolve();
  expect((await client.heard("failure", 1)).failure.outcome).toBe("unknown");
});

test("a write that is not committed in its time is OUTCOME_UNKNOWN, by the client's time, not the server's", async () => {
  const node = new FakeNode();
  node.mute = true;
  await using server = await openFakeServer({ node, requestTimeoutMs: 60_000 });
  using client = new RawClient(server.origin);
  await client.greeted();
  client.ask(1, put("k"), 100);
  expect((await client.heard("failure", 1)).failure).toMatchObject({ code: "OUTCOME_UNKNOWN", outcome: "unknown" });
});

test("without a leader a write waits for half of what is left of its time, and was then not done", async () => {
  const node = new FakeNode();
  node.refusals.push(...Array.from({ length: 12 }, () => new RaftError("NO_LEADER", "none is known")));
  await using server = await openFakeServer({ node, requestTimeoutMs: 60_000 });
  using client = new RawClient(server.origin);
  await client.greeted();
  client.ask(1, put("k"), 1000);
  expect((await client.heard("failure", 1)).failure).toMatchObject({ code: "NO_LEADER", outcome: "not-applied" });
  // Pauses of 20, 40, 80, 160 ms, then of 200: half of the time holds 5 attempts, all of it 8.
  expect(node.proposals).toBeLessThanOrEqual(5);
});

/** Knows of a leader, at `port`. */
class Follower extends FakeNode {
  readonly #port: number;

  constructor(port: number) {
    super();
    this.#port = port;
    this.leader = { id: "n2", address: `127.0.0.1:${port}` };
  }

  override propose(): Promise<never> {
    this.proposals += 1;
    const leader = { id: "n2", address: `127.0.0.1:${this.#port}` };
    return Promise.reject(new RaftError("NOT_LEADER", "n2 leads", { leader }));
  }
}

describe("a write on a node that does not lead", () => {
  test("is carried to the leader, pipelined, and the leader's answer is the answer", async () => {
    await using leader = await openFakeServer({ origin: "peer" });
    await using follower = await openFakeServer({ node: new Follower(leader.port) });
    await using client = openClient(follower);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => client.put(`k${i}`, "v")));
    expect(new Set(answers.map(({ revision }) => revision)).size).toBe(100);
    expect(leader.node.proposals).toBe(100);
    await expect(
      client.txn({ success: [{ type: "put", key: "k", value: new Uint8Array(2 ** 21) }] }),
    ).rejects.toMatchObject({
      code: "TOO_LARGE",
      outcome: "not-applied",
    });
  });

  test("is tried again where the leader refuses, and is unknown where it breaks off", async () => {
    await using leader = await openFakeServer({ origin: "peer" });
    await using follower = await openFakeServer({ node: new Follower(leader.port) });
    await using client = openClient(follower);
    leader.node.refusals.push(
      new RaftError("TRANSFERRING", "n2 hands over"),
      new RaftError("NOT_LEADER", "not any more"),
    );
    await client.put("k", "v");
    expect(leader.node.proposals).toBe(3);
    leader.node.mute = true;
    const lost = client.put("k", "v");
    const outcome = expect(lost).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", outcome: "unknown" });
    await until("the write to have come to the leader", () => leader.node.proposals === 4);
    await leader[Symbol.asyncDispose]();
    await outcome;
  });

  test("is not done where nobody listens", async () => {
    await using follower = await openFakeServer({ node: new Follower(1), requestTimeoutMs: 400 });
    using client = new RawClient(follower.origin);
    await client.greeted();
    client.ask(1, put("k"));
    expect((await client.heard("failure", 1)).failure).toMatchObject({ code: "NO_LEADER", outcome: "not-applied" });
  });
});

test("a node that stops says goodbye, answers what it was asked, and then ends the connection", async () => {
  const node = new FakeNode();
  const server = await openFakeServer({ node });
  using client = new RawClient(server.origin);
  await client.greeted();
  const gate = Promise.withResolvers<void>();
  node.gate = gate.promise;
  client.ask(1, put("k"));
  client.ask(2, { type: "status" });
  await client.heard("result", 2);
  const closed = server.webSockets.closeClients(500);
  await client.heard("goodbye");
  gate.resolve();
  await client.heard("result", 1);
  await closed;
  expect((await client.ended).code).toBe(1001);
  await server[Symbol.asyncDispose]();
});
