import type { MembershipChange } from "@quorate/raft-core";
import * as z from "zod/mini";
import type { ReadConsistency } from "./reads.ts";
import { faultIn, flag, memberSchema, natural, text } from "./schema.ts";

const MEMBERS = "must be a list of { id, address }";
const IDS = "must be a list of ids";

const ids = z.optional(z.array(text, IDS));

const changeSchema: z.ZodMiniType<MembershipChange> = z.strictObject({
  add: z.optional(z.array(z.extend(memberSchema, { learner: z.optional(flag) }), MEMBERS)),
  remove: ids,
  promote: ids,
  demote: ids,
  readdress: z.optional(z.array(memberSchema, MEMBERS)),
});

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
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  throw faultIn([name], error.issues);
}
