import * as z from "zod/mini";

/*
 * What options and arguments are made of. By `zod/mini`, which is a quarter of `zod`'s size in a browser and says nothing
 * by itself: each part says what it must be.
 */

const ID = "must be a text that is not empty";

export const nodeId: z.ZodMiniString = z.string(ID).check(z.minLength(1, ID));

export const member: z.ZodMiniObject<
  { readonly id: z.ZodMiniString; readonly address: z.ZodMiniString },
  z.core.$strict
> = z.strictObject({ id: nodeId, address: z.string("must be a text") }, "must be a member: { id, address }");

export const flag: z.ZodMiniBoolean = z.boolean("must be true or false");

export function listOf<Item extends z.ZodMiniType>(item: Item): z.ZodMiniArray<Item> {
  return z.array(item, "must be a list");
}

/** What is wrong first, and where. */
export function faultIn(issues: readonly object[]): { readonly path: readonly PropertyKey[]; readonly rule: string } {
  const { code, keys = [], message = "is not valid", path = [] }: Issue = issues[0] ?? {};
  return { path, rule: code === "unrecognized_keys" ? `there is no ${keys.join(", ")}` : message };
}

interface Issue {
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly message?: string;
  readonly path?: readonly PropertyKey[];
}
