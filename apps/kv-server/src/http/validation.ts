import type { z } from "zod";
import { Problem } from "./problem.ts";

/** `value` as `schema` reads it, or the Problem that names the field and its rule. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [name, ...(issue?.path ?? [])].map(String).join(".");
  throw new Problem("BAD_REQUEST", `${path}: ${issue?.message ?? "is not valid"}`);
}
