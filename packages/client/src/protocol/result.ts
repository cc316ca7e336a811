import type { KeyValue, KvAnswer, KvResult, OperationResult } from "@quorate/statemachine-kv";
import * as z from "zod/mini";
import type { NodeStatus, Request } from "./frame.ts";
import { Malformed } from "./malformed.ts";
import { isNatural } from "./natural.ts";

const natural = z.int().check(z.nonnegative());
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const keyValue = z.object({
  key: bytes,
  value: bytes,
  createRevision: natural,
  modRevision: natural,
  version: natural,
  lease: natural,
});
const slice = { kvs: z.array(keyValue), more: z.boolean() };

const response = z.discriminatedUnion("type", [
  z.object({ type: z.literal("put") }),
  z.object({ type: z.literal("delete"), deleted: natural }),
  z.object({ type: z.literal("get"), kv: z.optional(keyValue) }),
  z.object({ type: z.literal("range"), ...slice }),
]);
const commandResult = z.discriminatedUnion("type", [
  z.object({ type: z.literal("put"), revision: natural }),
  z.object({ type: z.literal("delete"), revision: natural, deleted: natural }),
  z.object({ type: z.literal("txn"), revision: natural, succeeded: z.boolean(), responses: z.array(response) }),
]);
const queryAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("get"), revision: natural, kv: z.optional(keyValue) }),
  z.object({ type: z.literal("range"), revision: natural, ...slice }),
  z.object({ type: z.literal("count"), revision: natural, count: natural }),
]);
const member = z.object({ id: z.string(), address: z.string(), voter: z.boolean() });
const status = z.object({
  id: z.string(),
  clusterId: z.string(),
  role: z.string(),
  term: natural,
  commitIndex: natural,
  appliedIndex: natural,
  lastIndex: natural,
  leader: z.nullable(z.object({ id: z.string(), address: z.string() })),
  members: z.array(member),
});

/** What a server may answer to a command: a command that is `invalid` is a failure. */
export type CommandResult = Exclude<KvResult, { type: "invalid" }>;

export type Parsed =
  | { readonly type: "command"; readonly result: CommandResult }
  | { readonly type: "query"; readonly result: KvAnswer }
  | { readonly type: "status"; readonly result: NodeStatus };

/** The result of such a request; throws `Malformed` if it is none. Its byte strings are copies. */
export function parseResult(type: Request["type"], value: unknown): Parsed {
  switch (type) {
    case "command":
      return { type, result: putResultOf(value) ?? commandResultOf(checked(commandResult, value, type)) };
    case "query":
      return { type, result: gotOf(value) ?? answerOf(checked(queryAnswer, value, type)) };
    case "status":
      return { type, result: checked(status, value, type) };
  }
}

function checked<T>(schema: z.ZodMiniType<T>, value: unknown, type: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Malformed(`what was answered is no result of a ${type}`);
}

/** By hand, in a fraction of the time that the schema takes: most of what is answered is the answer to a put. */
function putResultOf(value: unknown): CommandResult | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, revision }: { readonly type?: unknown; readonly revision?: unknown } = value;
  return type === "put" && isNatural(revision) ? { type, revision } : undefined;
}

/** The same for gets. */
function gotOf(value: unknown): KvAnswer | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, revision, kv }: { readonly [name in "type" | "revision" | "kv"]?: unknown } = value;
  if (type !== "get" || !isNatural(revision)) return undefined;
  if (kv === undefined) return { type, revision, kv };
  return isKeyValue(kv) ? { type, revision, kv: own(kv) } : undefined;
}

function isKeyValue(value: unknown): value is KeyValue {
  if (typeof value !== "object" || value === null) return false;
  const kv: { readonly [name in keyof KeyValue]?: unknown } = value;
  const isNumbered = isNatural(kv.createRevision) && isNatural(kv.modRevision) && isNatural(kv.version);
  return isNumbered && isNatural(kv.lease) && kv.key instanceof Uint8Array && kv.value instanceof Uint8Array;
}

function commandResultOf(given: z.output<typeof commandResult>): CommandResult {
  if (given.type !== "txn") return given;
  return { ...given, responses: given.responses.map(responseOf) };
}

function responseOf(given: z.output<typeof response>): OperationResult {
  if (given.type === "get") return { type: given.type, kv: given.kv && own(given.kv) };
  return given.type === "range" ? { ...given, kvs: given.kvs.map(own) } : given;
}

function answerOf(given: z.output<typeof queryAnswer>): KvAnswer {
  if (given.type === "get") return { ...given, kv: given.kv && own(given.kv) };
  return given.type === "range" ? { ...given, kvs: given.kvs.map(own) } : given;
}

/** Apart from the message, which may be much larger. */
function own({ key, value, createRevision, modRevision, version, lease }: KeyValue): KeyValue {
  return { key: new Uint8Array(key), value: new Uint8Array(value), createRevision, modRevision, version, lease };
}
