import * as z from "zod/mini";
import type { Action } from "./action.ts";
import { NODES_MAX, founders } from "./founders.ts";
import { faultIn, integerFrom } from "./schema.ts";
import { type GivenOptions, type LabOptions, labDefaults, optionsFault, optionsSchema } from "./options.ts";

/** Rises whenever an older session would mean something else. */
export const SESSION_VERSION = 1;

/** An action, and when: it is the step of this number. */
export interface TimedAction {
  readonly step: number;
  /** In virtual time. Undefined: at the time of the step before. */
  readonly atMs?: number | undefined;
  readonly action: Action;
}

/** A whole situation: the same session gives the same history, in Node and in every browser. Plain JSON. */
export interface Session {
  readonly version: typeof SESSION_VERSION;
  /** Up to 16 hexadecimal digits. */
  readonly seed: string;
  /** How many nodes the cluster begins with: n1, n2, … */
  readonly nodes: number;
  /** Where they differ from `labDefaults`. */
  readonly options: GivenOptions;
  /** By ascending steps. */
  readonly actions: readonly TimedAction[];
  /** Up to where it was played. */
  readonly step: number;
  /** And up to when, where that is later than the step. */
  readonly atMs?: number | undefined;
}

export const ACTIONS_MAX = 10_000;
/** Of events and actions: some twenty hours of seven nodes. Nothing happens after it. */
export const STEPS_MAX = 20_000_000;

/** What a history begins with; the rest of a session is what happened. */
export type Beginning = Pick<Session, "seed" | "nodes" | "options">;

const SEED = "must be up to 16 hexadecimal digits";

/** Without the actions, whose schema a page fetches only when somebody acts. */
export const beginningShape: BeginningShape = {
  seed: z.string(SEED).check(z.regex(/^[0-9a-f]{1,16}$/, SEED)),
  nodes: integerFrom(1, NODES_MAX),
  options: optionsSchema,
};

interface BeginningShape {
  readonly seed: z.ZodMiniString;
  readonly nodes: z.ZodMiniNumber;
  readonly options: z.ZodMiniType<GivenOptions>;
}

const beginningSchema: z.ZodMiniType<Beginning> = z.strictObject(beginningShape);

/** `value`, checked. Throws a TypeError that names what is wrong with it. */
export function beginningOf(value: Beginning): Beginning {
  const { data, error } = beginningSchema.safeParse(value);
  if (error !== undefined) throw faultIn("session", error.issues);
  assertOptions(data);
  return data;
}

/** Throws a TypeError that names the rule between options that is broken. */
export function assertOptions({ nodes, options }: Beginning): void {
  const fault = optionsFault(resolve(options), founders(nodes));
  if (fault !== undefined) throw new TypeError(`session.${fault}`);
}

/** All options, with the defaults where nothing is given. */
export function resolve(options: GivenOptions): LabOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...labDefaults, ...given };
}
