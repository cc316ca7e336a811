import * as z from "zod/mini";
import type { Bytes } from "./bytes.ts";
import { consistencySchema, limitSchema } from "./protocol/schema.ts";

/** Throws a `TypeError` that names what is wrong in the argument `name`. */
export function assertArgument(name: string, schema: z.ZodMiniType, value: unknown): void {
  const { success, error } = schema.safeParse(value, { error: z.locales.en().localeError });
  if (success) return;
  const [issue] = error.issues;
  throw new TypeError(`${[name, ...(issue?.path ?? [])].map(String).join(".")}: ${issue?.message}`);
}

/** Of who gives none: there is nothing to check. */
export const NO_OPTIONS: Readonly<Record<string, never>> = {};

export function assertOptions(schema: z.ZodMiniType, options: object): void {
  if (options !== NO_OPTIONS) assertArgument("options", schema, options);
}

/** For reads, of which most are gets: by hand. Keys of writes are checked where commands are encoded. */
export function assertKey(key: unknown): void {
  if ((typeof key === "string" || key instanceof Uint8Array) && key.length > 0) return;
  throw new TypeError("key: must be text or a Uint8Array, and not empty");
}

/** An object that can do so much. */
export const having = (...names: readonly string[]): z.ZodMiniType<object> =>
  z.custom<object>(
    (value) => typeof value === "object" && value !== null && names.every((name) => name in value),
    `must have ${names.join(", ")}`,
  );

const waiting = {
  timeoutMs: z.optional(z.unknown()), // Where deadlines are made, at no cost for those who give it.
  signal: z.optional(having("throwIfAborted", "addEventListener")),
};
const reading = { ...waiting, consistency: z.optional(consistencySchema) };

export const waitOptionsSchema: z.ZodMiniType = z.strictObject(waiting);
export const readOptionsSchema: z.ZodMiniType = z.strictObject(reading);
export const rangeOptionsSchema: z.ZodMiniType = z.strictObject({
  ...reading,
  limit: z.optional(limitSchema),
  keysOnly: z.optional(z.boolean()),
});

const bytes = z.custom<Bytes>(
  (value) => typeof value === "string" || value instanceof Uint8Array,
  "must be text or a Uint8Array",
);
export const rangeSchema: z.ZodMiniType = z.union(
  [z.strictObject({ prefix: bytes }), z.strictObject({ start: z.optional(bytes), end: z.optional(bytes) })],
  "must be {prefix} or {start, end}, each text or a Uint8Array",
);

// As far as text is to be made bytes of; the rest is checked where the command is encoded.
const operations = z.array(
  z.discriminatedUnion("type", [
    z.looseObject({ type: z.literal("put"), key: bytes, value: bytes }),
    z.looseObject({ type: z.enum(["get", "delete"]), key: bytes }),
    z.looseObject({ type: z.enum(["range", "delete-range"]), range: rangeSchema }),
  ]),
);
export const txnSchema: z.ZodMiniType = z.strictObject({
  compares: z.optional(z.array(z.looseObject({ key: bytes }))),
  success: z.optional(operations),
  failure: z.optional(operations),
});
