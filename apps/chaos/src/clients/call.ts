import type { Dispatcher } from "undici";
import { errors, request } from "undici";
import { valueOf } from "../history/value.ts";
import type { KvInput, ReadKind } from "../history/operation.ts";
import { resultOf, unreadableResult } from "./answer.ts";
import type { Reply, Result } from "./answer.ts";

/** With these there was no connection, so the request has never left. */
const notSent = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

export interface CallOptions {
  readonly timeoutMs: number;
  readonly dispatcher: Dispatcher;
  readonly reads: ReadKind;
}

/** Asks one node once. Never rejects because of what the node does: whatever goes wrong is a result. */
export async function call(url: string, input: KvInput, options: CallOptions): Promise<Result> {
  let reply: Reply;
  try {
    reply = await ask(url, input, options);
  } catch (error) {
    if (isNoHttp(error)) return unreadableResult(String(error));
    const why = codeOf(error);
    return { outcome: notSent.has(why) ? "failed" : "unknown", why };
  }
  return resultOf(input, reply);
}

async function ask(url: string, input: KvInput, { timeoutMs, dispatcher, reads }: CallOptions): Promise<Reply> {
  const { path, ...rest } = requestOf(input, reads);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await request(`${url}${path}`, { ...rest, signal, dispatcher });
  const text = await response.body.text();
  const { etag, "x-quorate-revision": revision } = response.headers;
  return { status: response.statusCode, text, etag: String(etag), revision: Number(revision) };
}

/** Whether something came that is not HTTP. Undici says the same of an end in the midst, which is the connection's. */
function isNoHttp(error: unknown): boolean {
  return error instanceof errors.HTTPParserError && !error.message.includes("Invalid EOF state");
}

function requestOf(
  input: KvInput,
  reads: ReadKind,
): { path: string; method: "GET" | "PUT" | "DELETE" | "POST"; body?: string } {
  const path = `/v1/kv/${encodeURIComponent(input.key)}`;
  switch (input.type) {
    case "get":
      return { path: reads === "linearizable" ? path : `${path}?consistency=${reads}`, method: "GET" };
    case "put":
      return { path, method: "PUT", body: valueOf(input.value) };
    case "delete":
      return { path, method: "DELETE" };
    case "put-if":
      return { path: "/v1/txn", method: "POST", body: JSON.stringify(transactionOf(input)) };
  }
}

function transactionOf({ key, expected, value }: Extract<KvInput, { type: "put-if" }>): object {
  const compare =
    expected === null
      ? { key, target: "version", operator: "=", value: 0 }
      : { key, target: "value", operator: "=", value: base64(valueOf(expected)) };
  return {
    compares: [compare],
    success: [{ type: "put", key, value: base64(valueOf(value)) }],
    failure: [{ type: "get", key }],
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
