import type { MembershipChange } from "@quorate/raft-core";
import { z } from "zod";
import type { ReadConsistency } from "./reads.ts";

const id = z.string().min(1);
const member = z.strictObject({ id, address: z.string() });

const changeSchema: z.ZodType<MembershipChange> = z.strictObject({
  add: z.array(member.extend({ learner: z.boolean().optional() })).optional(),
  remove: z.array(id).optional(),
  promote: z.array(id).optional(),
  demote: z.array(id).optional(),
  readdress: z.array(member).optional(),
});

const natural = z.number().int().nonnegative();

const consistencySchema: z.ZodType<ReadConsistency> = z.union(
  [
    z.enum(["linearizable", "lease", "stale"]),
    z.strictObject({ minIndex: natural }),
    z.strictObject({ maxStalenessMs: z.number().nonnegative() }),
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

function checked<T>(name: string, schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new TypeError(`${[name, ...(issue?.path ?? [])].join(".")}: ${issue?.message ?? "is not valid"}`);
}
