import { encodeCommand, TXN_OPERATIONS_MAX } from "@quorate/statemachine-kv";
import type { Compare, KeyRange, KvResult, Operation, OperationResult } from "@quorate/statemachine-kv";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { json } from "../http/answer.ts";
import type { Answer } from "../http/answer.ts";
import { Problem } from "../http/problem.ts";
import { send } from "../http/send.ts";
import { keyBytes, queryOf } from "../http/target.ts";
import { checked } from "../http/validation.ts";
import { assertValid, madeOfRequest } from "../operations/writing.ts";
import { keyValueJson } from "./json.ts";
import { proposer } from "./proposal.ts";
import { jsonOf } from "./services.ts";
import type { Origin, Services } from "./services.ts";

const key = z.string().transform((text) => keyBytes(text, "key"));
const value = z.base64("must be base64").transform((text): Uint8Array => Buffer.from(text, "base64"));
const operator = z.enum(["=", "!=", "<", ">"]);

const compare = z.discriminatedUnion("target", [
  z.strictObject({ target: z.literal("value"), key, operator, value }),
  z.strictObject({
    target: z.enum(["version", "createRevision", "modRevision"]),
    key,
    operator,
    value: z.int().nonnegative(),
  }),
]);

/** Nothing less than a word for it deletes everything: `"prefix": ""`. */
const deletedFields = {
  prefix: z.union([z.literal("").transform(() => new Uint8Array()), key]).optional(),
  start: key.optional(),
  end: key.optional(),
};
const rangeFields = { prefix: key.optional(), start: key.optional(), end: key.optional() };

const operation = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("put"), key, value }),
  z.strictObject({ type: z.literal("delete"), key }),
  z
    .strictObject({ type: z.literal("delete-range"), ...deletedFields })
    .refine(({ prefix, start, end }) => (prefix ?? start ?? end) !== undefined, "name a prefix, a start or an end"),
  z.strictObject({ type: z.literal("get"), key }),
  z.strictObject({
    type: z.literal("range"),
    ...rangeFields,
    limit: z.int().positive().optional(),
    keysOnly: z.boolean().optional(),
  }),
]);

const txn = z.strictObject({
  compares: z.array(compare).max(TXN_OPERATIONS_MAX).default([]),
  success: z.array(operation).max(TXN_OPERATIONS_MAX).default([]),
  failure: z.array(operation).max(TXN_OPERATIONS_MAX).default([]),
});

export function txnRoutes(app: FastifyInstance, services: Services, origin: Origin): void {
  // Values travel in base64, a third longer; besides the largest value there is room for as much again, and for keys.
  const propose = proposer(services, origin);
  const bodyLimit = 2 * 1024 * 1024 + 3 * services.valueBytesMax;

  app.post("/v1/txn", { bodyLimit }, async (request, reply) => {
    checked(z.strictObject({}), queryOf(request.url), "query");
    const given = checked(txn, jsonOf(request), "txn");
    const command = {
      type: "txn",
      compares: given.compares satisfies readonly Compare[],
      success: given.success.map(operationOf),
      failure: given.failure.map(operationOf),
    } as const;
    return send(reply, await propose({ command: encode(command, services.valueBytesMax), request, answer: txnAnswer }));
  });
}

function operationOf(given: z.output<typeof operation>): Operation {
  switch (given.type) {
    case "delete-range":
      return { type: given.type, range: rangeOf(given) };
    case "range": {
      const { type, limit, keysOnly } = given;
      return {
        type,
        range: rangeOf(given),
        ...(limit === undefined ? {} : { limit }),
        ...(keysOnly === undefined ? {} : { keysOnly }),
      };
    }
    default:
      return given;
  }
}

interface RangeFields {
  readonly prefix?: Uint8Array | undefined;
  readonly start?: Uint8Array | undefined;
  readonly end?: Uint8Array | undefined;
}

function rangeOf({ prefix, start, end }: RangeFields): KeyRange {
  if (prefix !== undefined) {
    if (start === undefined && end === undefined) return prefix.length === 0 ? {} : { prefix };
    throw new Problem("BAD_REQUEST", "prefix excludes start and end");
  }
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

/** What the schema here cannot see, such as a key put twice, the state machine's own refuses with a TypeError. */
function encode(command: Parameters<typeof encodeCommand>[0], valueBytesMax: number): Uint8Array {
  return madeOfRequest(() => encodeCommand(command, { valueBytesMax }));
}

function txnAnswer(result: KvResult): Answer {
  assertValid(result);
  if (result.type !== "txn") throw new TypeError(`a transaction was answered with a ${result.type}`);
  const responses = result.responses.map(responseJson);
  return json(200, { succeeded: result.succeeded, revision: result.revision, responses });
}

function responseJson(response: OperationResult): unknown {
  switch (response.type) {
    case "get":
      return { type: response.type, kv: response.kv === undefined ? null : keyValueJson(response.kv, false) };
    case "range":
      return { ...response, kvs: response.kvs.map((kv) => keyValueJson(kv, false)) };
    default:
      return response;
  }
}
