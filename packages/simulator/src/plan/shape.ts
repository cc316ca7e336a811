/** Looks at one value, and returns what it must be if it is not that. */
export type Look = (value: unknown) => string | undefined;

/** A look for each field of T: none may be left out. */
export type Shape<T> = { readonly [Field in keyof T]-?: Look };

export const isNumber: Look = (value) =>
  typeof value === "number" && value >= 0 && value < Infinity ? undefined : "a number from 0 on";

export const isBoolean: Look = (value) => (typeof value === "boolean" ? undefined : "true or false");

export function isOneOf(choices: readonly string[]): Look {
  return (value) => (typeof value === "string" && choices.includes(value) ? undefined : `one of ${choices.join(", ")}`);
}

export function isListOf(look: Look): Look {
  return (value) => {
    if (!Array.isArray(value)) return "a list";
    const wrong = value.map(look).find((must) => must !== undefined);
    return wrong === undefined ? undefined : `a list, each of it ${wrong}`;
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function mustBe(name: string, value: unknown, look: Look): void {
  const must = look(value);
  if (must !== undefined) throw new TypeError(`${name} is ${inShort(value)}, but must be ${must}`);
}

/** Every field that the shape names must be there and pass; others are none of its business. */
export function mustHave(name: string, value: unknown, shape: Readonly<Record<string, Look>>): void {
  if (!isRecord(value)) throw new TypeError(`${name} is ${inShort(value)}, but must be an object`);
  for (const [field, look] of Object.entries(shape)) mustBe(`${name}.${field}`, value[field], look);
}

/** A value as JSON, cut off where a line has enough of it. */
export function inShort(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
