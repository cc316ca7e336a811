import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { RaftError } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { call, problemIn } from "../http/client.ts";
import { FakeNode, openFakeServer } from "../http/fake-node.ts";
import type { FakeServer, FakeServerOptions } from "../http/fake-node.ts";

/** A node that knows of another leader, at `port`, and sends every write there. */
class Follower extends FakeNode {
  port: number;

  constructor(port: number) {
    super();
    this.port = port;
    this.leader = { id: "n2", address: `127.0.0.1:${port}` };
  }

  override propose(): Promise<never> {
    this.proposals += 1;
    const leader = { id: "n2", address: `127.0.0.1:${this.port}` };
    return Promise.reject(new RaftError("NOT_LEADER", "n2 leads", { leader }));
  }
}

const openFollower = (port: number, options: FakeServerOptions = {}): Promise<FakeServer> =>
  openFakeServer({ requestTimeoutMs: 400, ...options, node: new Follower(port) });

const openLeader = (options: FakeServerOptions = {}): Promise<FakeServer> =>
  openFakeServer({ ...options, origin: "peer" });

/** Something that listens, but is no node of any cluster. */
async function openStranger(onData: (socket: Socket) => void): Promise<{ port: number } & Disposable> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined).on("data", () => onData(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

const put = { body: "x" };

describe("a write on a node that does not lead", () => {
  test("is carried to the leader with its conditions, and the leader's answer is the answer", async () => {
    await using leader = await openLeader();
    await using follower = await openFollower(leader.port);
    const create = { headers: { "if-none-match": "*" }, body: "1" };
    const created = await call(follower.origin, "PUT", "/v1/kv/a%2Fb", create);
    expect([created.status, JSON.parse(created.text)]).toEqual([200, { revision: 2 }]);
    const failed = await call(follower.origin, "PUT", "/v1/kv/a%2Fb", create);
    expect(problemIn(failed)).toMatchObject({ status: 412, code: "CONDITION_FAILED" });
    const txn = { body: JSON.stringify({ success: [{ type: "get", key: "a/b" }] }) };
    expect(JSON.parse((await call(follower.origin, "POST", "/v1/txn", txn)).text)).toMatchObject({ succeeded: true });
    expect((await call(follower.origin, "DELETE", "/v1/kv/a%2Fb")).status).toBe(200);
    expect(follower.node.machine.revision).toBe(1);
    expect(leader.node.machine.revision).toBe(3);
  });

  test("is answered NO_LEADER, not-applied, where nobody listens", async () => {
    await using gone = await openLeader();
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    await using follower = await openFollower(port);
    const problem = problemIn(await call(follower.origin, "PUT", "/v1/kv/a", put));
    expect(problem).toMatchObject({ status: 503, code: "NO_LEADER", outcome: "not-applied" });
    expect(follower.node.proposals).toBeGreaterThan(2);
  });

  test("is answered OUTCOME_UNKNOWN where the connection breaks behind the request", async () => {
    using stranger = await openStranger((socket) => socket.destroy());
    await using follower = await openFollower(stranger.port);
    const problem = problemIn(await call(follower.origin, "PUT", "/v1/kv/a", put));
    expect(problem).toMatchObject({ status: 504, code: "OUTCOME_UNKNOWN", outcome: "unknown" });
    expect(follower.node.proposals).toBe(1);
  });

  test("is answered OUTCOME_UNKNOWN where the leader says nothing, in the time that the request has", async () => {
    await using leader = await openLeader({ requestTimeoutMs: 60_000 });
    leader.node.mute = true;
    await using follower = await openFollower(leader.port);
    const begun = performance.now();
    const problem = problemIn(await call(follower.origin, "PUT", "/v1/kv/a", put));
    expect(problem).toMatchObject({ status: 504, code: "OUTCOME_UNKNOWN", outcome: "unknown" });
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test("is never taken for done because something else answered 200", async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{"revision":7}';
    using stranger = await openStranger((socket) => void socket.write(answer));
    await using follower = await openFollower(stranger.port);
    const problem = problemIn(await call(follower.origin, "PUT", "/v1/kv/a", put));
    expect(problem).toMatchObject({ status: 504, code: "OUTCOME_UNKNOWN" });
  });

  test("is refused by another cluster's node", async () => {
    await using leader = await openLeader({ clusterId: "c2" });
    await using follower = await openFollower(leader.port);
    const problem = problemIn(await call(follower.origin, "PUT", "/v1/kv/a", put));
    expect(problem).toMatchObject({ status: 503, code: "NO_LEADER", outcome: "not-applied" });
    expect(leader.node.proposals).toBe(0);
  });

  test("follows the leader when it changes", async () => {
    await using second = await openLeader();
    const follower = new Follower(second.port);
    await using deposed = await openFakeServer({ origin: "peer", node: new Follower(1) });
    follower.port = deposed.port;
    await using server = await openFakeServer({ node: follower, requestTimeoutMs: 10_000 });
    const reply = call(server.origin, "PUT", "/v1/kv/a", put);
    await expect.poll(() => deposed.node.proposals).toBeGreaterThan(0);
    follower.port = second.port;
    follower.tell("leader");
    expect((await reply).status).toBe(200);
    expect(second.node.machine.size).toBe(1);
  });
});

describe("the port for peers", () => {
  const headers = { "x-quorate-forwarded": "n9", "x-quorate-cluster": "c1" };

  test("a request that was forwarded is not forwarded again, and does not wait for a leader", async () => {
    await using other = await openLeader();
    await using server = await openFakeServer({ origin: "peer", node: new Follower(other.port) });
    const problem = problemIn(await call(server.origin, "PUT", "/v1/kv/a", { headers, body: "x" }));
    expect(problem).toMatchObject({ status: 503, code: "NO_LEADER", leader: { id: "n2" } });
    expect(server.node.proposals).toBe(1);
    expect(other.node.proposals).toBe(0);
  });

  test("W08 a request of another cluster is refused with 421, one of a client with 404", async () => {
    await using server = await openLeader();
    const foreign = { ...headers, "x-quorate-cluster": "c2" };
    const refused = problemIn(await call(server.origin, "PUT", "/v1/kv/a", { headers: foreign, body: "x" }));
    expect(refused).toMatchObject({ status: 421, code: "WRONG_CLUSTER", outcome: "not-applied" });
    expect(problemIn(await call(server.origin, "PUT", "/v1/kv/a", put)).code).toBe("NOT_FOUND");
    expect(problemIn(await call(server.origin, "GET", "/v1/kv/a", { headers })).code).toBe("NOT_FOUND");
    expect(server.node.proposals).toBe(0);
  });

  test("a write that is under way is answered before the node closes; later ones are refused as not applied", async () => {
    const node = new FakeNode();
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    await using server = await openFakeServer({ origin: "peer", node });
    const early = call(server.origin, "PUT", "/v1/kv/a", { headers, body: "x" });
    await expect.poll(() => node.proposals).toBe(1);
    let closed = false;
    const closing = server.writes.close(60_000).then(() => (closed = true));
    const late = problemIn(await call(server.origin, "PUT", "/v1/kv/b", { headers, body: "x" }));
    expect(late).toMatchObject({ status: 503, code: "NO_LEADER", outcome: "not-applied" });
    expect(closed).toBe(false);
    gate.resolve();
    expect((await early).status).toBe(200);
    await closing;
  });

  test("what the peer has left of its time is what the write has", async () => {
    await using server = await openLeader({ requestTimeoutMs: 60_000 });
    server.node.mute = true;
    const hurried = { ...headers, "x-quorate-deadline-ms": "100" };
    const problem = problemIn(await call(server.origin, "PUT", "/v1/kv/a", { headers: hurried, body: "x" }));
    expect(problem).toMatchObject({ code: "OUTCOME_UNKNOWN", outcome: "unknown" });
  });
});
