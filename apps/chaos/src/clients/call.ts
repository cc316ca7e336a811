import type { Dispatcher } from "undici";
import { request } from "undici";
import { z } from "zod";
import { nameOf, valueOf } from "../history/value.ts";
import type { HistoryLine, KvInput, ReadKind } from "../history/operation.ts";

/** What came of an operation. */
export type Result = Pick<HistoryLine, "outcome" | "output" | "revisions" | "why">;

/** With these there was no connection, so the request has never left. */
const notSent = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

const problem = z.object({ code: z.string(), outcome: z.enum(["not-applied", "unknown"]) });
const written = z.object({ revision: z.number(), deleted: z.number().optional() });
const kv = z.object({ value: z.string(), modRevision: z.number() });
const transacted = z.object({
  succeeded: z.boolean(),
  revision: z.number(),
  responses: z.array(z.object({ kv: kv.nullable().optional() })),
});

interface Reply {
  readonly status: number;
  readonly revision: number;
  readonly etag: string;
  readonly text: string;
}

export interface CallOptions {
  readonly timeoutMs: number;
  readonly dispatcher: Dispatcher;
  readonly reads: ReadKind;
}

/** Asks one node once. Never rejects: whatever goes wrong is a result. */
export async function call(url: string, input: KvInput, options: CallOptions): Promise<Result> {
  const { timeoutMs, dispatcher, reads } = options;
  try {
    const { path, ...rest } = requestOf(input, reads);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await request(`${url}${path}`, { ...rest, signal, dispatcher });
    const text = await response.body.text();
    const { etag = "", "x-quorate-revision": revision } = response.headers;
    return resultOf(input, { status: response.statusCode, text, etag: String(etag), revision: Number(revision) });
  } catch (error) {
    const why = codeOf(error);
    return { outcome: notSent.has(why) ? "failed" : "unknown", why };
  }
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

function resultOf(input: KvInput, { status, text, etag, revision }: Reply): Result {
  const found = status === 404 ? problem.parse(JSON.parse(text)).code === "NOT_FOUND" : status === 200;
  if (input.type === "get" && status === 200) {
    const modRevision = Number(etag.replaceAll('"', ""));
    return { outcome: "ok", output: nameOf(text), revisions: { revision, changed: false, modRevision } };
  }
  if (input.type === "get" && found) return { outcome: "ok", output: null, revisions: { revision, changed: false } };
  if (status !== 200) return refusal(status, text);
  if (input.type === "put-if") {
    const { succeeded, responses, ...answer } = transacted.parse(JSON.parse(text));
    const revisions = { revision: answer.revision, changed: succeeded };
    if (succeeded) return { outcome: "ok", output: true, revisions };
    const held = responses[0]?.kv ?? null;
    const output = held === null ? null : nameOf(Buffer.from(held.value, "base64").toString());
    return { outcome: "ok", output, revisions };
  }
  const answer = written.parse(JSON.parse(text));
  const changed = input.type === "put" || answer.deleted === 1;
  return { outcome: "ok", output: true, revisions: { revision: answer.revision, changed } };
}

function refusal(status: number, text: string): Result {
  const parsed = problem.safeParse(jsonIn(text));
  if (!parsed.success) return { outcome: "unknown", why: `HTTP ${status}` };
  const { code, outcome } = parsed.data;
  return { outcome: outcome === "not-applied" ? "failed" : "unknown", why: code };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON is no problem document.
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
