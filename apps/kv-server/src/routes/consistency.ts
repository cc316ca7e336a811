import type { ReadConsistency } from "@quorate/raft-node";
import { z } from "zod";
import { Problem } from "../http/problem.ts";

const natural: z.ZodType<number> = z
  .string()
  .regex(/^\d{1,16}$/, "must be a whole number")
  .transform(Number)
  .pipe(z.int("must be a whole number"));

type Level = "linearizable" | "lease" | "stale";

const level: z.ZodType<Level> = z.enum(["linearizable", "lease", "stale"], "must be linearizable, lease or stale");

interface Given {
  readonly consistency?: Level | undefined;
  readonly minIndex?: number | undefined;
  readonly maxStalenessMs?: number | undefined;
}

/** The parameters of a read that say how old the state may be that it sees. */
export const consistencyFields: {
  readonly consistency: z.ZodOptional<z.ZodType<Level>>;
  readonly minIndex: z.ZodOptional<z.ZodType<number>>;
  readonly maxStalenessMs: z.ZodOptional<z.ZodType<number>>;
} = { consistency: level.optional(), minIndex: natural.optional(), maxStalenessMs: natural.optional() };

/** Throws the Problem that says what is wrong with them together. */
export function consistencyOf(given: Given): ReadConsistency {
  const { consistency = "linearizable", minIndex, maxStalenessMs } = given;
  const named = [given.consistency, minIndex, maxStalenessMs].filter((each) => each !== undefined);
  if (named.length > 1) throw new Problem("BAD_REQUEST", "consistency, minIndex and maxStalenessMs exclude each other");
  if (minIndex !== undefined) return { minIndex };
  if (maxStalenessMs !== undefined) return { maxStalenessMs };
  return consistency;
}
