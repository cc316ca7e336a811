import type { MembershipChange } from "@quorate/raft-core";
import * as z from "zod/mini";
import type { ReadConsistency } from "./reads.ts";

// The small zod says no more than "Invalid input" unless it is given words.
const wording = { error: z.locales.en().localeError };

const id = z.string().check(z.minLength(1));
const member = z.strictObject({ id, address: z.string() });

const changeSchema: z.ZodMiniType<MembershipChange> = z.strictObject({
  add: z.optional(z.array(z.extend(member, { learner: z.optional(z.boolean()) }))),
  remove: z.optional(z.array(id)),
  promote: z.optional(z.array(id)),
  demote: z.optional(z.array(id)),
  readdress: z.optional(z.array(member)),
});

const natural = z.int().check(z.nonnegative());

const consistencySchema: z.ZodMiniType<ReadConsistency> = z.union(
  [
    z.enum(["linearizable", "lease", "stale"]),
    z.strictObject({ minIndex: natural }),
    z.strictObject({ maxStalenessMs: z.number().check(z.nonnegative()) }),
  ],
  'must be "linearizable", "lease", "stale", { minIndex } or { maxStalenessMs }, with numbers ≥ 0',
);

/** A copy of the change. Throws a TypeError that names the field at fault. */
export function changeOf(change: MembershipChange): MembershipChange {
  return checked("change", changeSchema, change);
}

/** Throws a TypeError for what is no consistency, or none that this node was opened for. */
export function checkConsistency(consistency: ReadConsistency, allowsLease: boolean): void {
  // By far the most reads: they need not wait for a schema.
  if (consistency === "linearizable") return;
  checked("consistency", consistencySchema, consistency);
  if (consistency === "lease" && !allowsLease) {
    throw new TypeError('consistency "lease" needs the option leaseDriftMax, on every node of the cluster');
  }
}

function checked<T>(name: string, schema: z.ZodMiniType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value, wording);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new TypeError(`${[name, ...(issue?.path ?? [])].join(".")}: ${issue?.message ?? "is not valid"}`);
}
