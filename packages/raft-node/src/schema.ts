import * as z from "zod/mini";

/*
 * What options and arguments are made of. By `zod/mini`, a quarter of `zod`'s size in a browser, which says no more than
 * "Invalid input" by itself: each part says what it must be.
 */

const TEXT = "must be a text that is not empty";
const POSITIVE = "must be a number above 0";
const NATURAL = "must be an integer of 0 or more";
const COUNT = "must be an integer of 1 or more";

export const text: z.ZodMiniString = z.string(TEXT).check(z.minLength(1, TEXT));
export const positive: z.ZodMiniNumber = z.number(POSITIVE).check(z.positive(POSITIVE));
export const natural: z.ZodMiniNumber = z.int(NATURAL).check(z.nonnegative(NATURAL));
export const count: z.ZodMiniNumber = z.int(COUNT).check(z.positive(COUNT));
export const flag: z.ZodMiniBoolean = z.boolean("must be true or false");

const ADDRESS = "must be a text";

export const memberSchema: z.ZodMiniObject<{ id: z.ZodMiniString; address: z.ZodMiniString }, z.core.$strict> =
  z.strictObject({ id: text, address: z.string(ADDRESS) }, "must be { id, address }");

interface Issue {
  readonly code?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

/** Where something is wrong, and what: `change.add.0.id: must be a text that is not empty`. */
export function faultIn(path: readonly string[], issues: readonly object[]): TypeError {
  const [issue] = issues as readonly Issue[];
  const at = [...path, ...(issue?.path ?? [])].map(String).join(".");
  const what =
    issue?.code === "unrecognized_keys" ? `there is no ${issue.keys?.join(", ")}` : (issue?.message ?? "is not valid");
  return new TypeError(at === "" ? what : `${at}: ${what}`);
}
