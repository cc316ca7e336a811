import type { KvQuery } from "@quorate/statemachine-kv";
import * as z from "zod/mini";
import { type ClientFrame, type Consistency, type ServerFrame, REMAINING_MS_MAX } from "./frame.ts";
import { IGNORABLE_KIND, clientKind, serverKind } from "./kinds.ts";
import { Malformed, MalformedRequest } from "./malformed.ts";
import { isNatural } from "./natural.ts";

const natural = z.int().check(z.nonnegative());
const requestId = z.int().check(z.positive());
const name = z.string().check(z.minLength(1), z.maxLength(256));
const words = z.string().check(z.maxLength(64 * 1024));
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const remainingMs = z.number().check(z.nonnegative(), z.maximum(REMAINING_MS_MAX));

const range = z.union([
  z.strictObject({ prefix: bytes }),
  z.strictObject({ start: z.exactOptional(bytes), end: z.exactOptional(bytes) }),
]);
export const limitSchema: z.ZodMiniType<number> = z.int().check(z.positive());
const limit = z.exactOptional(limitSchema);
/** Strict: a field that is not known here could change what is asked. */
const query = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("get"), key: bytes }),
  z.strictObject({
    type: z.literal("range"),
    range,
    limit,
    bytesMax: limit,
    keysOnly: z.exactOptional(z.boolean()),
  }),
  z.strictObject({ type: z.literal("count"), range }),
]);
const levels = ["linearizable", "lease", "stale"] as const;
export const consistencySchema: z.ZodMiniType<Consistency> = z.union(
  [
    z.enum(levels),
    z.strictObject({ minIndex: natural }),
    z.strictObject({ maxStalenessMs: z.number().check(z.nonnegative()) }),
  ],
  `must be ${levels.join(", ")}, {minIndex} or {maxStalenessMs}`,
);

const hello = z.object({ versionMin: natural, versionMax: natural, clientId: name });

const node = z.object({ id: name, url: z.optional(z.string().check(z.maxLength(2048))) });
const cluster = z.object({ leader: z.optional(node), members: z.array(node).check(z.maxLength(1000)) });
const positive = z.int().check(z.positive());
const welcome = z.object({
  version: natural,
  clusterId: name,
  nodeId: name,
  limits: z.object({ requestsMax: positive, bytesMax: positive, messageBytesMax: positive, valueBytesMax: natural }),
  silenceMsMax: z.number().check(z.positive()),
  cluster,
});
const failure = z.object({
  code: name,
  outcome: z.enum(["not-applied", "unknown"]),
  detail: words,
  remedy: z.optional(words),
  leader: z.optional(node),
});

// What follows what is known here is of a later version, and ignored.
const rest = z.unknown();
const clientFrames = {
  hello: z.tuple([natural, hello], rest),
  command: z.tuple([natural, requestId, remainingMs, bytes], rest),
  query: z.tuple([natural, requestId, remainingMs, query, consistencySchema], rest),
  status: z.tuple([natural, requestId, remainingMs], rest),
  cancel: z.tuple([natural, requestId], rest),
};
const serverFrames = {
  welcome: z.tuple([natural, welcome], rest),
  result: z.tuple([natural, requestId, natural, z.unknown()], rest),
  failure: z.tuple([natural, requestId, failure], rest),
  cluster: z.tuple([natural, cluster], rest),
};

export function parseClientFrame(value: readonly unknown[]): ClientFrame | undefined {
  switch (value[0]) {
    case clientKind.command: {
      const [, id, ms, command] = isCommand(value) ? value : parse(clientFrames.command, value, "command");
      return { type: "request", id, remainingMs: ms, request: { type: "command", command } };
    }
    case clientKind.query: {
      const [, id, ms, asked, level] = isGet(value) ? value : parse(clientFrames.query, value, "query");
      return { type: "request", id, remainingMs: ms, request: { type: "query", query: asked, consistency: level } };
    }
    case clientKind.status: {
      const [, id, ms] = parse(clientFrames.status, value, "status");
      return { type: "request", id, remainingMs: ms, request: { type: "status" } };
    }
    case clientKind.cancel:
      return { type: "cancel", id: parse(clientFrames.cancel, value, "cancel")[1] };
    case clientKind.ping:
      return { type: "ping" };
    case clientKind.hello:
      return { type: "hello", hello: parse(clientFrames.hello, value, "hello")[1] };
    default:
      return ignored(value[0]);
  }
}

export function parseServerFrame(value: readonly unknown[]): ServerFrame | undefined {
  switch (value[0]) {
    case serverKind.result: {
      const [, id, appliedIndex, result] = isResult(value) ? value : parse(serverFrames.result, value, "result");
      return { type: "result", id, appliedIndex, result };
    }
    case serverKind.failure: {
      const [, id, what] = parse(serverFrames.failure, value, "failure");
      return { type: "failure", id, failure: what };
    }
    case serverKind.cluster:
      return { type: "cluster", cluster: parse(serverFrames.cluster, value, "cluster")[1] };
    case serverKind.goodbye:
      return { type: "goodbye" };
    case serverKind.pong:
      return { type: "pong" };
    case serverKind.welcome:
      return { type: "welcome", welcome: parse(serverFrames.welcome, value, "welcome")[1] };
    default:
      return ignored(value[0]);
  }
}

/*
 * By hand, in a fraction of the time that the schema takes, for the frames that most are: commands, gets and results.
 * What is not plainly right goes to the schema, which says what is wrong with it.
 */

type Get = Extract<KvQuery, { type: "get" }>;
type Level = (typeof levels)[number];

function isCommand(value: readonly unknown[]): value is readonly [number, number, number, Uint8Array] {
  const [, id, ms, command] = value;
  return isId(id) && isDuration(ms) && command instanceof Uint8Array;
}

function isGet(value: readonly unknown[]): value is readonly [number, number, number, Get, Level] {
  const [, id, ms, asked, level] = value;
  if (!isId(id) || !isDuration(ms) || !levels.some((each) => each === level)) return false;
  if (typeof asked !== "object" || asked === null || Object.keys(asked).length !== 2) return false;
  const { type, key }: { readonly type?: unknown; readonly key?: unknown } = asked;
  return type === "get" && key instanceof Uint8Array;
}

function isId(id: unknown): id is number {
  return isNatural(id) && id > 0;
}

function isDuration(ms: unknown): ms is number {
  return typeof ms === "number" && ms >= 0 && ms <= REMAINING_MS_MAX;
}

function isResult(value: readonly unknown[]): value is readonly [number, number, number, unknown] {
  const [, id, appliedIndex] = value;
  return isId(id) && isNatural(appliedIndex) && value.length > 3;
}

function ignored(kind: unknown): undefined {
  if (typeof kind === "number" && Number.isSafeInteger(kind) && kind >= IGNORABLE_KIND) return;
  throw new Malformed(`a frame of kind ${String(kind)}, which is not known here`);
}

function parse<T>(schema: z.ZodMiniType<T>, value: readonly unknown[], what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path ?? [];
  const fault = `a ${what} whose element ${path.map(String).join(".")} is not right`;
  const [, id, ms] = value;
  const canBeRefused = (what === "command" || what === "query") && isId(id) && isDuration(ms);
  throw canBeRefused ? new MalformedRequest(id, fault) : new Malformed(fault);
}
