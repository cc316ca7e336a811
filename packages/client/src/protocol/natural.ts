/** Whether `value` is an index, a revision or the like: a whole number of 0 or more that a number can hold exactly. */
export function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
