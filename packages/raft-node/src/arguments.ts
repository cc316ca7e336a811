import type { MembershipChange } from "@quorate/raft-core";
import * as z from "zod/mini";
import type { ReadConsistency } from "./reads.ts";
import { faultIn, flag, listOf, member, nodeId } from "./schema.ts";

const newMember = z.extend(member, { learner: z.optional(flag) });

const changeSchema: z.ZodMiniType<MembershipChange> = z.strictObject(
  {
    add: z.optional(listOf(newMember)),
    remove: z.optional(listOf(nodeId)),
    promote: z.optional(listOf(nodeId)),
    demote: z.optional(listOf(nodeId)),
    readdress: z.optional(listOf(member)),
  },
  "must be an object",
);

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
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const { path, rule } = faultIn(error.issues);
  throw new TypeError(`${[name, ...path].join(".")}: ${rule}`);
}
