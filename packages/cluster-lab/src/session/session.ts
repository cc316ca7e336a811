import type { NodeId } from "@quorate/raft-core";
import * as z from "zod/mini";
import { type Action, actionSchema } from "./action.ts";
import { faultIn, integerFrom, listOf, numberFrom } from "./schema.ts";
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

export const NODES_MAX = 7;
export const ACTIONS_MAX = 10_000;

const STEPS_MAX = 2 ** 40;
const TIME_MAX_MS = 2 ** 40;

const SEED = "must be up to 16 hexadecimal digits";
const atMs = z.optional(numberFrom(0, TIME_MAX_MS));
const timedAction = z.strictObject({ step: integerFrom(1, STEPS_MAX), atMs, action: actionSchema });
const isAscending = (actions: readonly TimedAction[]): boolean =>
  actions.every((each, at) => each.step > (actions[at - 1]?.step ?? 0));

const sessionSchema: z.ZodMiniType<Session> = z.strictObject(
  {
    version: z.literal(SESSION_VERSION, `must be ${SESSION_VERSION}`),
    seed: z.string(SEED).check(z.regex(/^[0-9a-f]{1,16}$/, SEED)),
    nodes: integerFrom(1, NODES_MAX),
    options: optionsSchema,
    actions: listOf(timedAction, ACTIONS_MAX).check(z.refine(isAscending, "steps must ascend")),
    step: integerFrom(0, STEPS_MAX),
    atMs,
  },
  "must be an object",
);

/** The ids of the nodes that a cluster begins with. */
export function founders(nodes: number): readonly NodeId[] {
  return Array.from({ length: nodes }, (_, at) => `n${at + 1}`);
}

/** `value` as a session. Throws a TypeError that names what is wrong with it. */
export function sessionOf(value: unknown): Session {
  const { data, error } = sessionSchema.safeParse(value);
  if (error !== undefined) throw faultIn("session", error.issues);
  const fault = optionsFault(resolve(data.options), founders(data.nodes));
  if (fault !== undefined) throw new TypeError(`session.${fault}`);
  return data;
}

/** All options, with the defaults where nothing is given. */
export function resolve(options: GivenOptions): LabOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...labDefaults, ...given };
}
