import { z } from "zod";
import { unreadable } from "../history/operation.ts";
import type { HistoryLine, KvInput } from "../history/operation.ts";
import { nameOf } from "../history/value.ts";

/** What came of an operation. */
export type Result = Pick<HistoryLine, "outcome" | "output" | "revisions" | "why" | "answer">;

const problem = z.object({ code: z.string(), outcome: z.enum(["not-applied", "unknown"]) });
const written = z.object({ revision: z.number(), deleted: z.number().optional() });
const kv = z.object({ value: z.string(), modRevision: z.number() });
const transacted = z.object({
  succeeded: z.boolean(),
  revision: z.number(),
  responses: z.array(z.object({ kv: kv.nullable().optional() })),
});
const etagged = z.templateLiteral(['"', z.int().positive(), '"']);

/** What a server said, all of it. */
export interface Reply {
  readonly status: number;
  readonly revision: number;
  readonly etag: string;
  readonly text: string;
}

/** What a reply means. One that is none of those that the server promises tells nothing of what was done. */
export function resultOf(input: KvInput, reply: Reply): Result {
  try {
    return reply.status === 200 ? done(input, reply) : refused(input, reply);
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
    return unreadableResult(`HTTP ${reply.status}: ${reply.text}`);
  }
}

const answerLengthMax = 200;

export function unreadableResult(answer: string): Result {
  return { outcome: "unknown", why: unreadable, answer: answer.slice(0, answerLengthMax) };
}

function done(input: KvInput, { text, etag, revision }: Reply): Result {
  if (input.type === "get") {
    const modRevision = Number(etagged.parse(etag).replaceAll('"', ""));
    return { outcome: "ok", output: nameOf(text), revisions: { revision, changed: false, modRevision } };
  }
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

function refused(input: KvInput, { status, text, revision }: Reply): Result {
  const { code, outcome } = problem.parse(JSON.parse(text));
  if (input.type === "get" && status === 404 && code === "NOT_FOUND") {
    return { outcome: "ok", output: null, revisions: { revision, changed: false } };
  }
  return { outcome: outcome === "not-applied" ? "failed" : "unknown", why: code };
}
