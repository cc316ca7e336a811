import { describe, expect, test } from "vitest";
import { Listening } from "../watch/event-source.ts";
import { fakeCluster } from "../watch/fake-cluster.ts";
import type { FakeCluster } from "../watch/fake-cluster.ts";
import { call, problemIn } from "./client.ts";
import type { Reply } from "./client.ts";
import { FakeNode, openFakeServer } from "./fake-node.ts";
import type { FakeServer } from "./fake-node.ts";

const own = "http://n1.example";
const other = "http://n2.example";
const foreign = "http://elsewhere.example";
const allowed = "access-control-allow-origin";

function clusterOfTwo(): FakeCluster {
  const cluster = fakeCluster({ others: [{ id: "n2", address: "" }] });
  cluster.origins.learn("n2", other);
  return cluster;
}

function open(actions: boolean, more: { readonly onLoopback?: boolean } = {}): Promise<FakeServer> {
  return openFakeServer({ node: new FakeNode(), cluster: clusterOfTwo(), pages: { actions, ...more } });
}

async function transfer(server: FakeServer, headers: Record<string, string>): Promise<Reply> {
  return call(server.origin, "POST", "/v1/cluster/transfer", { headers });
}

describe("what a page may change", () => {
  test("nothing, if it is of another origin, and nothing is done", async () => {
    await using server = await open(true);
    for (const headers of [{ origin: foreign }, { origin: "null" }, { "sec-fetch-site": "cross-site" }]) {
      const reply = await transfer(server, headers);
      expect(problemIn(reply)).toMatchObject({ status: 403, code: "FORBIDDEN", outcome: "not-applied" });
      expect(reply.headers[allowed]).toBeUndefined();
      expect((await call(server.origin, "PUT", "/v1/kv/a", { headers, body: "1" })).status).toBe(403);
      expect((await call(server.origin, "POST", "/v1/txn", { headers, body: "{}" })).status).toBe(403);
      expect((await call(server.origin, "DELETE", "/v1/cluster/members/n2", { headers })).status).toBe(403);
    }
    expect([server.node.transfers, server.node.changes, server.node.proposals]).toEqual([[], [], 0]);
  });

  test("the cluster, if a node of it has served the page and actions are on", async () => {
    await using server = await open(true);
    expect((await transfer(server, { origin: own, "sec-fetch-site": "same-origin" })).status).toBe(200);
    const reply = await transfer(server, { origin: other, "sec-fetch-site": "cross-site" });
    expect([reply.status, reply.headers[allowed], reply.headers["vary"]]).toEqual([200, other, "origin"]);
    expect(server.node.transfers).toHaveLength(2);
  });

  test("not the cluster where actions are off; who is no browser may all the same", async () => {
    await using server = await open(false);
    for (const origin of [own, other]) {
      const problem = problemIn(await transfer(server, { origin }));
      expect(problem).toMatchObject({ status: 403, code: "FORBIDDEN" });
      expect(problem.detail).toContain("--dashboard-actions");
    }
    expect(server.node.transfers).toEqual([]);
    expect((await transfer(server, {})).status).toBe(200);
    expect((await call(server.origin, "PUT", "/v1/kv/a", { headers: { origin: own }, body: "1" })).status).toBe(200);
  });

  test("is not changed by writing the path in another way", async () => {
    await using server = await open(false);
    const headers = { origin: own };
    expect((await call(server.origin, "POST", "/v1/clu%73ter/transfer", { headers })).status).toBe(403);
    expect(server.node.transfers).toEqual([]);
  });

  test("is told to a browser that asks first", async () => {
    const ask = { "access-control-request-method": "DELETE" };
    await using server = await open(true);
    const path = "/v1/cluster/members/n2";
    const reply = await call(server.origin, "OPTIONS", path, { headers: { ...ask, origin: other } });
    expect([reply.status, reply.headers[allowed]]).toEqual([204, other]);
    expect(reply.headers["access-control-allow-methods"]).toContain("DELETE");
    const refused = await call(server.origin, "OPTIONS", path, { headers: { ...ask, origin: foreign } });
    expect([refused.status, refused.headers[allowed]]).toEqual([403, undefined]);
    await using quiet = await open(false);
    expect((await call(quiet.origin, "OPTIONS", path, { headers: { ...ask, origin: other } })).status).toBe(403);
  });
});

describe("what a page may read", () => {
  test("what the dashboard shows, if a node of this cluster has served it", async () => {
    await using server = await open(false);
    await call(server.origin, "PUT", "/v1/kv/a", { body: "1" });
    const read = (path: string, origin: string): Promise<Reply> =>
      call(server.origin, "GET", path, { headers: { origin } });
    for (const path of ["/v1/kv/a", "/v1/kv?prefix=a", "/v1/status", "/v1/cluster/members"]) {
      const reply = await read(path, other);
      expect([path, reply.status, reply.headers[allowed]]).toEqual([path, 200, other]);
      expect((await read(path, foreign)).headers[allowed]).toBeUndefined();
    }
    for (const path of ["/livez", "/readyz", "/", "/v1/none"]) {
      expect((await read(path, other)).headers[allowed]).toBeUndefined();
    }
  });
});

describe("the stream", () => {
  test.each(["/v1/events", "/v1/%65vents"])("is not kept open by pages of others, as %s", async (path) => {
    await using server = await open(false);
    for (const headers of [
      { origin: foreign },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      await using page = await Listening.to(`${server.origin}${path}`, headers);
      expect([headers, page.status]).toEqual([headers, 403]);
    }
    for (const headers of [{ origin: other }, { "sec-fetch-site": "same-origin" }]) {
      await using page = await Listening.to(`${server.origin}${path}`, headers);
      expect([headers, page.status]).toEqual([headers, 200]);
    }
  });
});

describe("a port for this machine alone", () => {
  const asFor = (server: FakeServer, host: string): Promise<Reply> =>
    call(server.origin, "GET", "/v1/status", { headers: { host } });

  test("serves nobody under a foreign name", async () => {
    await using server = await open(false);
    for (const host of ["localhost:8001", "LOCALHOST", "127.0.0.1:1", "[::1]:8001", "10.0.0.1:80", "n1.example:9"]) {
      expect([host, (await asFor(server, host)).status]).toEqual([host, 200]);
    }
    for (const host of ["elsewhere.example:8001", "localhost.elsewhere.example", "a b"]) {
      const problem = problemIn(await asFor(server, host));
      expect(problem).toMatchObject({ status: 403, code: "FORBIDDEN" });
      expect(problem.detail).toContain("--client-url");
    }
  });

  test("is what this rule is for, and no other", async () => {
    await using server = await open(false, { onLoopback: false });
    expect((await asFor(server, "elsewhere.example:8001")).status).toBe(200);
  });
});
