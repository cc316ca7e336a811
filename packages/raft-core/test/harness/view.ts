/** What an object tells of itself, getters included, as plain data: a comparison that fails can then be printed. */
export function viewOf(object: object): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(object);
  const getters = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(
    ([, { get }]) => get !== undefined,
  );
  return { ...object, ...Object.fromEntries(getters.map(([name, { get }]) => [name, get?.call(object)])) };
}
