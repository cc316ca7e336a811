/** What a network does to the messages from one node to another. */
export interface LinkConditions {
  /** Every message takes a time drawn from [delayMinMs, delayMaxMs]. With both 0 it arrives after the current turn. */
  readonly delayMinMs: number;
  readonly delayMaxMs: number;
  /** The part of the messages, 0 to 1, that are lost without a sign. */
  readonly dropRate: number;
  /** The part of the messages, 0 to 1, that arrive twice; the copy takes a time of its own. */
  readonly duplicateRate: number;
  /** Messages arrive in the order in which they were sent; else as their delays have it. */
  readonly ordered: boolean;
}

export const perfectLink: LinkConditions = {
  delayMinMs: 0,
  delayMaxMs: 0,
  dropRate: 0,
  duplicateRate: 0,
  ordered: true,
};

/** `base` with what `changes` gives. Throws a TypeError that names the field which is out of its range. */
export function conditionsOf(base: LinkConditions, changes: Partial<LinkConditions>): LinkConditions {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const conditions: LinkConditions = { ...base, ...given };
  for (const name of ["delayMinMs", "delayMaxMs"] as const) {
    const value = conditions[name];
    if (!(Number.isFinite(value) && value >= 0)) throw new TypeError(`${name} is ${value}, but must be a number ≥ 0`);
  }
  if (conditions.delayMinMs > conditions.delayMaxMs) {
    throw new TypeError(`delayMinMs is ${conditions.delayMinMs}, above delayMaxMs, ${conditions.delayMaxMs}`);
  }
  for (const name of ["dropRate", "duplicateRate"] as const) {
    const value = conditions[name];
    if (!(value >= 0 && value <= 1)) throw new TypeError(`${name} is ${value}, but must be between 0 and 1`);
  }
  return conditions;
}
