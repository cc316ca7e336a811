import * as z from "zod/mini";

/*
 * What options, actions and sessions are made of. By `zod/mini`, which is a quarter of `zod`'s size and says nothing by
 * itself: each part says what it must be.
 */

export function numberFrom(min: number, max: number): z.ZodMiniNumber {
  const error = `must be a number from ${min} to ${max}`;
  return z.number(error).check(z.minimum(min, error), z.maximum(max, error));
}

export function integerFrom(min: number, max: number): z.ZodMiniNumber {
  const error = `must be an integer from ${min} to ${max}`;
  return z.int(error).check(z.minimum(min, error), z.maximum(max, error));
}

export function textOf(lengthMin: number, lengthMax: number): z.ZodMiniString {
  const error = `must be a text of ${lengthMin} to ${lengthMax} characters`;
  return z.string(error).check(z.minLength(lengthMin, error), z.maxLength(lengthMax, error));
}

export function listOf<Item extends z.ZodMiniType>(item: Item, lengthMax: number): z.ZodMiniArray<Item> {
  const error = `must be a list of at most ${lengthMax}`;
  return z.array(item, error).check(z.maxLength(lengthMax, error));
}

export function oneOf<const Values extends readonly string[]>(values: Values): z.ZodMiniLiteral<Values[number]> {
  return z.literal(values, `must be one of ${values.join(", ")}`);
}

export const flag: z.ZodMiniBoolean = z.boolean("must be true or false");

export const nodeId: z.ZodMiniString = z.string("must be n1, n2, …").check(z.regex(/^n[1-9]\d?$/, "must be n1, n2, …"));

interface Issue {
  readonly code?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

/** Where in `name` something is wrong, and what: `action.node: must be n1, n2, …`. */
export function faultIn(name: string, issues: readonly object[]): TypeError {
  const { code, keys = [], message, path } = issues[0] as Issue;
  const at = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const what = code === "unrecognized_keys" ? `there is no ${keys.join(", ")}` : message;
  return new TypeError(`${name}${at}: ${what === "Invalid input" ? "is not what it must be" : what}`);
}
