import { expect, test } from "vitest";
import { call, problemIn, sendRaw } from "./client.ts";

export interface Subject {
  readonly origin: string;
  readonly port: number;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The table of requests, answers, errors and limits: one test per row, for whatever serves it. */
export function httpContract(subject: () => Subject): void {
  const go = (method: string, path: string, options = {}): ReturnType<typeof call> =>
    call(subject().origin, method, path, options);
  const put = async (key: string, body: string | Uint8Array): Promise<number> => {
    const reply = await go("PUT", `/v1/kv/${key}`, { body });
    expect(reply.status).toBe(200);
    return (JSON.parse(reply.text) as { revision: number }).revision;
  };

  test("PUT answers the revision, GET the bytes with etag and revision", async () => {
    const value = Uint8Array.from({ length: 256 }, (_, i) => i);
    const revision = await put("row%2Fget", value);
    const reply = await go("GET", "/v1/kv/row%2Fget");
    expect(reply.status).toBe(200);
    expect(reply.bytes).toEqual(value);
    expect(reply.headers["etag"]).toBe(`"${revision}"`);
    expect(Number(reply.headers["x-quorate-revision"])).toBeGreaterThanOrEqual(revision);
    expect((await go("GET", "/v1/kv/row/get?consistency=stale")).bytes).toEqual(value);
    expect((await go("HEAD", "/v1/kv/row/get")).headers["etag"]).toBe(`"${revision}"`);
  });

  test("GET of a key that is not there is 404 NOT_FOUND", async () => {
    const problem = problemIn(await go("GET", "/v1/kv/row-absent"));
    expect(problem).toMatchObject({ status: 404, code: "NOT_FOUND", outcome: "not-applied" });
    expect(problem.type).toBe("urn:quorate:problem:not-found");
  });

  test("an empty value is a value", async () => {
    await put("row-empty", "");
    const reply = await go("GET", "/v1/kv/row-empty");
    expect([reply.status, reply.text]).toEqual([200, ""]);
  });

  test("any content type, and none, is a body of bytes", async () => {
    for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", "nonsense"]) {
      const headers = { "content-type": type };
      expect((await go("PUT", "/v1/kv/row-type", { headers, body: "{not json" })).status).toBe(200);
    }
    expect((await go("GET", "/v1/kv/row-type")).text).toBe("{not json");
    await put("row-type", "typeless");
    expect((await go("GET", "/v1/kv/row-type")).text).toBe("typeless");
  });

  test("If-Match and If-None-Match make a PUT conditional: 412 when they fail", async () => {
    const create = { headers: { "if-none-match": "*" }, body: "1" };
    const first = await go("PUT", "/v1/kv/row-cas", create);
    expect(first.status).toBe(200);
    const { revision } = JSON.parse(first.text) as { revision: number };
    const again = await go("PUT", "/v1/kv/row-cas", create);
    expect(problemIn(again)).toMatchObject({ status: 412, code: "CONDITION_FAILED", outcome: "not-applied" });
    expect(again.headers["etag"]).toBe(`"${revision}"`);
    const match = (tag: string): Promise<{ status: number }> =>
      go("PUT", "/v1/kv/row-cas", { headers: { "if-match": tag }, body: "2" });
    expect((await match(`"${revision + 1000}"`)).status).toBe(412);
    expect((await match(`"${revision}"`)).status).toBe(200);
    expect((await match(`"${revision}"`)).status).toBe(412);
    expect((await match("*")).status).toBe(200);
    expect((await go("GET", "/v1/kv/row-cas")).text).toBe("2");
    const absent = { headers: { "if-match": '"0"' }, body: "x" };
    expect((await go("PUT", "/v1/kv/row-cas-absent", absent)).status).toBe(412);
    expect((await go("GET", "/v1/kv/row-cas-absent")).status).toBe(404);
  });

  test("conditions that are not of that form are 400 BAD_REQUEST", async () => {
    for (const headers of [{ "if-match": "12" }, { "if-match": 'W/"12"' }, { "if-none-match": '"12"' }]) {
      expect(problemIn(await go("PUT", "/v1/kv/row-form", { headers, body: "" })).code).toBe("BAD_REQUEST");
    }
    expect((await go("GET", "/v1/kv/row-form")).status).toBe(404);
  });

  test("DELETE answers the revision and how many keys are gone", async () => {
    const revision = await put("row-delete", "x");
    const gone = await go("DELETE", "/v1/kv/row-delete");
    expect([gone.status, JSON.parse(gone.text)]).toEqual([200, { revision: revision + 1, deleted: 1 }]);
    expect(JSON.parse((await go("DELETE", "/v1/kv/row-delete")).text)).toEqual({ revision: revision + 1, deleted: 0 });
    await put("row-delete", "y");
    const headers = { "if-match": `"${revision}"` };
    expect((await go("DELETE", "/v1/kv/row-delete", { headers })).status).toBe(412);
    expect((await go("GET", "/v1/kv/row-delete")).text).toBe("y");
  });

  test("GET /v1/kv lists by prefix and by start and end, with limit and keysOnly", async () => {
    for (const key of ["a", "b", "c"]) await put(`list%2F${key}`, `value ${key}`);
    const list = async (query: string): Promise<{ keys: string[]; more: boolean; kvs: Record<string, unknown>[] }> => {
      const reply = await go("GET", `/v1/kv?${query}`);
      expect(reply.status).toBe(200);
      const { kvs, more } = JSON.parse(reply.text) as { kvs: { key: string }[]; more: boolean };
      return { keys: kvs.map((kv) => kv.key), more, kvs };
    };
    const all = await list("prefix=list/");
    expect(all).toMatchObject({ keys: ["list/a", "list/b", "list/c"], more: false });
    expect(all.kvs[0]).toEqual({
      key: "list/a",
      value: base64("value a"),
      createRevision: expect.any(Number) as number,
      modRevision: expect.any(Number) as number,
      version: 1,
    });
    expect(await list("prefix=list%2F&limit=2")).toMatchObject({ keys: ["list/a", "list/b"], more: true });
    expect(await list("start=list/b&end=list/c")).toMatchObject({ keys: ["list/b"], more: false });
    expect((await list("start=list/b&consistency=stale")).keys.slice(0, 2)).toEqual(["list/b", "list/c"]);
    expect((await list("prefix=list/&start=&end=&limit=&keysOnly=")).kvs[0]).toHaveProperty("value");
    expect((await list("prefix=list/&keysOnly=true")).kvs[0]).not.toHaveProperty("value");
  });

  test("a query that is not understood is 400 BAD_REQUEST, and says what of it", async () => {
    const cases: [string, string][] = [
      ["/v1/kv?prefx=a", "prefx"],
      ["/v1/kv?limit=0", "limit"],
      ["/v1/kv?limit=x", "limit"],
      ["/v1/kv?limit=10001", "limit"],
      ["/v1/kv?prefix=a&start=b", "prefix"],
      ["/v1/kv?prefix=a&prefix=b", "prefix"],
      ["/v1/kv?prefix=%ff", "prefix"],
      ["/v1/kv?keysOnly=maybe", "keysOnly"],
      ["/v1/kv?keysOnly", "keysOnly"],
      ["/v1/kv?__proto__=1", "__proto__"],
      ["/v1/kv/a?consistency=eventual", "consistency"],
      ["/v1/kv/a?colour=red", "colour"],
    ];
    for (const [path, named] of cases) {
      const problem = problemIn(await go("GET", path));
      expect([path, problem.status, problem.code]).toEqual([path, 400, "BAD_REQUEST"]);
      expect(problem.detail).toContain(named);
    }
    expect(problemIn(await go("PUT", "/v1/kv/a?lease=1", { body: "" })).code).toBe("BAD_REQUEST");
  });

  test("POST /v1/txn compares, then executes one of its branches", async () => {
    await put("txn-a", "old");
    const txn = {
      compares: [{ key: "txn-a", target: "value", operator: "=", value: base64("old") }],
      success: [
        { type: "put", key: "txn-b", value: base64("new") },
        { type: "get", key: "txn-a" },
      ],
      failure: [{ type: "range", prefix: "txn-" }],
    };
    const first = await go("POST", "/v1/txn", { body: JSON.stringify(txn) });
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text)).toMatchObject({
      succeeded: true,
      responses: [{ type: "put" }, { type: "get", kv: { key: "txn-a", value: base64("old") } }],
    });
    await put("txn-a", "changed");
    const second = JSON.parse((await go("POST", "/v1/txn", { body: JSON.stringify(txn) })).text) as object;
    expect(second).toMatchObject({
      succeeded: false,
      responses: [{ type: "range", more: false, kvs: [{ key: "txn-a" }, { key: "txn-b", value: base64("new") }] }],
    });
  });

  test("W21 a client that pipelines without end is told to read its answers first", async () => {
    const request = "GET /v1/kv/pipelined HTTP/1.1\r\nhost: localhost\r\n\r\n";
    const last = "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    const answer = await sendRaw(subject().port, request.repeat(2000) + last);
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
    expect(statuses).toHaveLength(2001);
    expect(statuses.filter((status) => status === "404").length).toBeGreaterThanOrEqual(32);
    expect(statuses.filter((status) => status === "503").length).toBeGreaterThan(0);
    expect((await go("GET", "/v1/kv/pipelined")).status).toBe(404);
  });

  test("W21 a transaction that is not one is 400 BAD_REQUEST and changes nothing", async () => {
    const twice = { type: "put", key: "txn-bad", value: "" };
    const bodies = [
      "",
      "{",
      "[]",
      "null",
      '{"success":[{"type":"put","key":"txn-bad","value":"***"}]}',
      '{"success":[{"type":"put","key":"","value":""}]}',
      '{"success":[{"type":"increment","key":"txn-bad"}]}',
      '{"success":[],"__proto__":{"x":1}}',
      '{"compares":[{"key":"a","target":"version","operator":"=","value":-1}]}',
      '{"compares":[{"key":"a","target":"version","operator":"=","value":1e400}]}',
      JSON.stringify({ success: [twice, twice] }),
      JSON.stringify({ success: Array.from({ length: 129 }, () => ({ type: "get", key: "a" })) }),
      JSON.stringify({ success: [{ type: "range", prefix: "a", start: "b" }] }),
      JSON.stringify({ success: [{ type: "delete-range" }] }),
      '{"success":[{"type":"get","key":"\\ud800"}]}',
    ];
    for (const body of bodies) {
      const problem = problemIn(await go("POST", "/v1/txn", { body }));
      expect([body, problem.status, problem.code]).toEqual([body, 400, "BAD_REQUEST"]);
    }
    expect(problemIn(await go("POST", "/v1/txn", { body: Uint8Array.of(0xff, 0xfe) })).code).toBe("BAD_REQUEST");
    expect((await go("GET", "/v1/kv/txn-bad")).status).toBe(404);
    expect(Object.prototype).not.toHaveProperty("x");
  });

  test("keys are percent-encoded UTF-8 of up to 8 KiB", async () => {
    for (const key of ["ключ/🔑", "a b", "100%", "a//b", "../x", "?#&=+", "\u0000", "\ufeffbom"]) {
      await put(encodeURIComponent(key), key);
      expect((await go("GET", `/v1/kv/${encodeURIComponent(key)}`)).text).toBe(key);
    }
    const longest = "%F0%9F%94%91".repeat(2048);
    await put(longest, "long");
    expect((await go("GET", `/v1/kv/${longest}`)).text).toBe("long");
    const tooLong = problemIn(await go("PUT", `/v1/kv/${longest}a`, { body: "" }));
    expect(tooLong).toMatchObject({ status: 413, code: "TOO_LARGE", outcome: "not-applied" });
  });

  test("an empty key, a broken escape, and bytes that are not UTF-8 are 400 BAD_REQUEST", async () => {
    for (const key of ["", "%", "%4", "%zz", "%ff", "%c0%80", "%ed%a0%80", "a%00%f5"]) {
      for (const method of ["GET", "PUT", "DELETE"]) {
        const problem = problemIn(await go(method, `/v1/kv/${key}`));
        expect([key, problem.status, problem.code]).toEqual([key, 400, "BAD_REQUEST"]);
      }
    }
    for (const unescaped of [Buffer.from("ä"), Buffer.from("a#b"), Buffer.of(0xff)]) {
      const head = Buffer.from("GET /v1/kv/");
      const rest = Buffer.from(" HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
      expect(await sendRaw(subject().port, Buffer.concat([head, unescaped, rest]))).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  test("what there is not is 404, what there is with another method is 405 and says which", async () => {
    for (const path of ["/none", "/v1", "/v2/kv/a", "/v1/kvs", "/v1/status/x"]) {
      expect(problemIn(await go("GET", path))).toMatchObject({ status: 404, code: "NOT_FOUND" });
    }
    const cases: [string, string, string][] = [
      ["POST", "/v1/kv/a", "GET, HEAD, PUT, DELETE"],
      ["PUT", "/v1/kv", "GET, HEAD"],
      ["GET", "/v1/txn", "POST"],
      ["POST", "/v1/events", "GET"],
      ["PATCH", "/v1/status", "GET, HEAD"],
      ["DELETE", "/livez", "GET, HEAD"],
      ["PUT", "/v1/cluster/members", "GET, HEAD, POST"],
      ["GET", "/v1/cluster/members/n1", "DELETE"],
      ["GET", "/v1/cluster/members/n1/promote", "POST"],
      ["POST", "/v1/cluster/members/n1/address", "PUT"],
      ["GET", "/v1/cluster/transfer", "POST"],
    ];
    for (const [method, path, allow] of cases) {
      const reply = await go(method, path, method === "GET" ? {} : { body: "x" });
      expect(problemIn(reply)).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED", outcome: "not-applied" });
      expect(reply.headers["allow"]).toBe(allow);
    }
  });

  test("GET /v1/status tells who this node is and how far it has come", async () => {
    const status = JSON.parse((await go("GET", "/v1/status")).text) as Record<string, unknown>;
    expect(status).toMatchObject({
      id: "n1",
      clusterId: expect.any(String) as string,
      role: "leader",
      term: expect.any(Number) as number,
      leader: { id: "n1", address: expect.any(String) as string },
      commitIndex: expect.any(Number) as number,
      appliedIndex: expect.any(Number) as number,
      members: [{ id: "n1", voter: true, matchIndex: expect.any(Number) as number }],
    });
  });

  test("GET /v1/cluster/members tells who belongs to the cluster; changes that cannot be are refused", async () => {
    const view = JSON.parse((await go("GET", "/v1/cluster/members")).text) as { members: { address: string }[] };
    expect(view).toMatchObject({
      clusterId: expect.any(String) as string,
      leader: { id: "n1" },
      members: [{ id: "n1", voter: true }],
      change: null,
    });
    const bodies = [
      "",
      "{",
      "{}",
      '{"id":"n 2","address":"a:1"}',
      '{"id":"n2","address":"a"}',
      '{"id":"n2","address":"a:0"}',
    ];
    for (const body of bodies) {
      const problem = problemIn(await go("POST", "/v1/cluster/members", { body }));
      expect([body, problem.status, problem.code]).toEqual([body, 400, "BAD_REQUEST"]);
    }
    expect(problemIn(await go("DELETE", "/v1/cluster/members/n%201")).code).toBe("BAD_REQUEST");
    expect(problemIn(await go("POST", "/v1/cluster/transfer", { body: '{"to":1}' })).code).toBe("BAD_REQUEST");
  });

  test("every answer says how far the node has applied; a read with minIndex shows at least as much", async () => {
    const written = await go("PUT", "/v1/kv/row-session", { body: "mine" });
    const index = Number(written.headers["x-quorate-applied-index"]);
    expect(index).toBeGreaterThan(0);
    const read = await go("GET", `/v1/kv/row-session?minIndex=${index}`);
    expect(read.text).toBe("mine");
    expect(Number(read.headers["x-quorate-applied-index"])).toBeGreaterThanOrEqual(index);
    expect((await go("GET", "/v1/kv/row-session?maxStalenessMs=1000")).status).toBe(200);
    expect((await go("GET", `/v1/kv?prefix=row-session&minIndex=${index}`)).status).toBe(200);
    for (const query of [
      "minIndex=-1",
      "minIndex=1.5",
      "maxStalenessMs=x",
      "minIndex=1&consistency=stale",
      "consistency=eventual",
    ]) {
      const problem = problemIn(await go("GET", `/v1/kv/row-session?${query}`));
      expect([query, problem.code]).toEqual([query, "BAD_REQUEST"]);
    }
  });

  test("GET /livez and /readyz answer a line per check", async () => {
    const live = await go("GET", "/livez");
    expect([live.status, live.text]).toEqual([200, "[+]process ok\n"]);
    const ready = await go("GET", "/readyz");
    expect([ready.status, ready.text]).toEqual([200, "[+]member ok\n[+]leader ok\n[+]log ok\n[+]storage ok\n"]);
  });

  test("W01 what is no HTTP is told so and cut off; the server goes on", async () => {
    const { port } = subject();
    expect(await sendRaw(port, "\x16\x03\x01\x02\x00garbage\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(await sendRaw(port, "GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    const huge = `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(60_000)}\r\n\r\n`;
    expect(await sendRaw(port, huge)).toMatch(/^HTTP\/1\.1 431 /);
    const smuggled =
      "PUT /v1/kv/a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await sendRaw(port, smuggled)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await go("GET", "/livez")).status).toBe(200);
  });
}

/** Separate, because a subject needs a small limit of its own. */
export function sizeContract(subject: () => Subject, valueBytesMax: number): void {
  test("a value over the limit is 413 TOO_LARGE; one of just that size is stored", async () => {
    const { origin } = subject();
    const body = new Uint8Array(valueBytesMax).fill(7);
    expect((await call(origin, "PUT", "/v1/kv/size", { body })).status).toBe(200);
    for (const excess of [1, 1000, 3 * valueBytesMax]) {
      const tooLarge = await call(origin, "PUT", "/v1/kv/size", { body: new Uint8Array(valueBytesMax + excess) });
      expect(problemIn(tooLarge)).toMatchObject({ status: 413, code: "TOO_LARGE", outcome: "not-applied" });
    }
    expect((await call(origin, "GET", "/v1/kv/size")).bytes).toEqual(body);
    const value = Buffer.alloc(valueBytesMax + 1).toString("base64");
    const txn = JSON.stringify({ success: [{ type: "put", key: "size", value }] });
    expect(problemIn(await call(origin, "POST", "/v1/txn", { body: txn })).code).toBe("TOO_LARGE");
    expect((await call(origin, "GET", "/v1/kv/size")).bytes).toEqual(body);
  });
}
