import { encodeCommand } from "@quorate/statemachine-kv";
import type { Command, KeyValue, KvResult } from "@quorate/statemachine-kv";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { revisionHeader } from "../cluster/forwarder.ts";
import { json } from "../http/answer.ts";
import type { Answer } from "../http/answer.ts";
import { Problem } from "../http/problem.ts";
import { send } from "../http/send.ts";
import { keyBytes, keyOf, queryOf } from "../http/target.ts";
import { checked } from "../http/validation.ts";
import { rangeLimitDefault, rangeLimitMax, rangeLimitRule, read } from "../operations/reading.ts";
import { assertValid } from "../operations/writing.ts";
import { conditionally, conditionsOf } from "./conditions.ts";
import { consistencyFields, consistencyOf } from "./consistency.ts";
import { keyValueJson } from "./json.ts";
import { proposer } from "./proposal.ts";
import { bodyOf, deadlineOf } from "./services.ts";
import type { Origin, Services } from "./services.ts";

const getQuery = z.strictObject(consistencyFields);
const noQuery = z.strictObject({});
const rangeQuery = z
  .strictObject({
    prefix: z.string().optional(),
    start: z.string().optional(),
    end: z.string().optional(),
    limit: z
      .string()
      .regex(/^\d{1,6}$/, rangeLimitRule)
      .transform(Number)
      .pipe(z.int().min(1, rangeLimitRule).max(rangeLimitMax, rangeLimitRule))
      .default(rangeLimitDefault),
    keysOnly: z.enum(["true", "false"], "must be true or false").default("false"),
    ...consistencyFields,
  })
  .refine((query) => query.prefix === undefined || (query.start ?? query.end) === undefined, {
    error: "prefix excludes start and end",
  });

/** `PUT` and `DELETE` of one key. */
export function kvWriteRoutes(app: FastifyInstance, services: Services, origin: Origin): void {
  const { valueBytesMax } = services;
  const propose = proposer(services, origin);

  app.put("/v1/kv/*", async (request, reply) => {
    checked(noQuery, queryOf(request.url), "query");
    const key = keyOf(request.url);
    const put = { type: "put", key, value: bodyOf(request) } as const;
    const compares = conditionsOf(request.headers, key);
    const command = compares.length === 0 ? put : conditionally(compares, put, key);
    return send(
      reply,
      await propose({ command: encodeCommand(command, { valueBytesMax }), request, answer: putAnswer }),
    );
  });

  app.delete("/v1/kv/*", async (request, reply) => {
    checked(noQuery, queryOf(request.url), "query");
    const key = keyOf(request.url);
    const compares = conditionsOf(request.headers, key);
    const one = { type: "delete", key } as const;
    const command: Command = compares.length === 0 ? one : conditionally(compares, one, key);
    return send(reply, await propose({ command: encodeCommand(command), request, answer: deleteAnswer }));
  });
}

/** `GET` of one key and of a range. */
export function kvReadRoutes(app: FastifyInstance, services: Services): void {
  app.get("/v1/kv/*", async (request, reply) => {
    const key = keyOf(request.url);
    const query = checked(getQuery, queryOf(request.url), "query");
    const deadline = deadlineOf(request, services, "client");
    const answer = await read(services, { type: "get", key }, consistencyOf(query), deadline);
    if (answer.type !== "get") throw new TypeError(`a get was answered with a ${answer.type}`);
    return send(reply, getAnswer(answer.kv, answer.revision));
  });

  app.get("/v1/kv", async (request, reply) => {
    const query = checked(rangeQuery, queryOf(request.url), "query");
    const bound = (name: "prefix" | "start" | "end"): Record<string, Uint8Array> => {
      const text = query[name];
      return text === undefined || text === "" ? {} : { [name]: keyBytes(text, name) };
    };
    const range = { ...bound("prefix"), ...bound("start"), ...bound("end") };
    const keysOnly = query.keysOnly === "true";
    const asked = { type: "range", range, limit: query.limit, keysOnly } as const;
    const deadline = deadlineOf(request, services, "client");
    const answer = await read(services, asked, consistencyOf(query), deadline);
    if (answer.type !== "range") throw new TypeError(`a range was answered with a ${answer.type}`);
    const kvs = answer.kvs.map((kv) => keyValueJson(kv, keysOnly));
    return send(reply, json(200, { revision: answer.revision, kvs, more: answer.more }, revisionIn(answer.revision)));
  });
}

function putAnswer(result: KvResult): Answer {
  assertHeld(result);
  return json(200, { revision: result.revision }, revisionIn(result.revision));
}

function deleteAnswer(result: KvResult): Answer {
  assertHeld(result);
  const one = result.type === "txn" ? result.responses[0] : result;
  const deleted = one?.type === "delete" ? one.deleted : 0;
  return json(200, { revision: result.revision, deleted }, revisionIn(result.revision));
}

/** Throws where the command was none, or its conditions did not hold. */
function assertHeld(result: KvResult): asserts result is Exclude<KvResult, { type: "invalid" }> {
  assertValid(result);
  if (result.type !== "txn" || result.succeeded) return;
  const response = result.responses[0];
  const kv = response?.type === "get" ? response.kv : undefined;
  const detail = kv === undefined ? "the key does not exist" : `the key's modRevision is ${kv.modRevision}`;
  const etag = kv === undefined ? {} : { etag: `"${kv.modRevision}"` };
  throw new Problem("CONDITION_FAILED", detail, { headers: { ...revisionIn(result.revision), ...etag } });
}

function getAnswer(kv: KeyValue | undefined, revision: number): Answer {
  if (kv === undefined) {
    throw new Problem("NOT_FOUND", "the key does not exist", { headers: revisionIn(revision) });
  }
  return {
    status: 200,
    headers: {
      "content-type": "application/octet-stream",
      // A value is whatever somebody stored: a browser must not take it for a page of this server's.
      "x-content-type-options": "nosniff",
      etag: `"${kv.modRevision}"`,
      ...revisionIn(revision),
    },
    body: kv.value,
  };
}

function revisionIn(revision: number): Record<string, string> {
  return { [revisionHeader]: String(revision) };
}
