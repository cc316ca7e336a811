import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { Agent } from "undici";
import { describe, expect, test } from "vitest";
import type { Result } from "../../src/clients/answer.ts";
import { call } from "../../src/clients/call.ts";
import { unreadable } from "../../src/history/operation.ts";
import type { KvInput } from "../../src/history/operation.ts";
import { valueOf } from "../../src/history/value.ts";

/** What comes of an operation that a server answers with these bytes, before it ends the connection. */
async function resultOf(input: KvInput, answer: string, end: (socket: Socket) => void): Promise<Result> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined); // The client may be gone first.
    socket.once("data", () => socket.write(answer, () => end(socket)));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const dispatcher = new Agent();
  try {
    const { port } = server.address() as AddressInfo;
    const options = { timeoutMs: 5000, dispatcher, reads: "linearizable" } as const;
    return await call(`http://127.0.0.1:${port}`, input, options);
  } finally {
    await dispatcher.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function http(status: string, body: string, headers: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${status}`, `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

const get: KvInput = { type: "get", key: "k" };
const put: KvInput = { type: "put", key: "k", value: "v" };
const putIf: KvInput = { type: "put-if", key: "k", expected: null, value: "v" };
const revision = "x-quorate-revision: 7";
const lastChunked = "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{";
const close = (socket: Socket): void => void socket.end();
const reset = (socket: Socket): void => void socket.resetAndDestroy();

describe("an answer", () => {
  test.each<[string, KvInput, string, Result]>([
    [
      "of a get",
      get,
      http("200 OK", valueOf("v"), ['etag: "3"', revision]),
      { outcome: "ok", output: "v", revisions: { revision: 7, changed: false, modRevision: 3 } },
    ],
    [
      "of a get of what is not there",
      get,
      http("404 Not Found", '{"code":"NOT_FOUND","outcome":"not-applied"}', [revision]),
      { outcome: "ok", output: null, revisions: { revision: 7, changed: false } },
    ],
    [
      "that refuses",
      put,
      http("503 Service Unavailable", '{"code":"NO_LEADER","outcome":"not-applied"}'),
      { outcome: "failed", why: "NO_LEADER" },
    ],
    [
      "that does not know",
      put,
      http("504 Gateway Timeout", '{"code":"OUTCOME_UNKNOWN","outcome":"unknown"}'),
      { outcome: "unknown", why: "OUTCOME_UNKNOWN" },
    ],
  ])("%s is read", async (_, input, answer, result) => {
    expect(await resultOf(input, answer, close)).toEqual(result);
  });

  test.each<[string, KvInput, string]>([
    ["half a JSON", put, http("200 OK", '{"revision":')],
    ["a JSON of another shape", put, http("200 OK", '{"revision":"7"}')],
    ["a JSON of another shape to a put-if", putIf, http("200 OK", '{"succeeded":true,"revision":7}')],
    ["a value without its revision", get, http("200 OK", valueOf("v"), [revision])],
    ["a value with a strange revision", get, http("200 OK", valueOf("v"), ['etag: "x"', revision])],
    ["a page that refuses", put, http("502 Bad Gateway", "<h1>Bad Gateway</h1>")],
    ["nothing but a status", get, http("404 Not Found", "")],
    ["no HTTP", put, "quorate\r\n\r\n"],
  ])("that is none is told apart: %s", async (_, input, answer) => {
    const { outcome, why, answer: said } = await resultOf(input, answer, close);
    expect({ outcome, why }).toEqual({ outcome: "unknown", why: unreadable });
    expect(said).toBeTruthy();
  });

  test.each<[string, string, (socket: Socket) => void]>([
    ["before it begins", "", close],
    ["in its head", "HTTP/1.1 200 OK\r\ncontent-le", close],
    ["in its body", http("200 OK", '{"revision":7}').slice(0, -4), close],
    ["in its body, with a reset", http("200 OK", '{"revision":7}').slice(0, -4), reset],
    ["in a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{", close],
    ["in a chunk of the last answer", lastChunked, close],
    ["in a chunk of the last answer, with a reset", lastChunked, reset],
  ])("that breaks off %s is unknown, and no more", async (_, answer, end) => {
    const result = await resultOf(put, answer, end);
    expect(result.outcome).toBe("unknown");
    expect(result.why).toMatch(/^(?:UND_ERR_|ECONNRESET|HTTPParserError)/);
  });
});
