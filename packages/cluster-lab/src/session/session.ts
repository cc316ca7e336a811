import type { NodeId } from "@quorate/raft-core";
import * as z from "zod/mini";
import { type Action, actionSchema, wording } from "./action.ts";
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

const step = z.int().check(z.minimum(0));

const sessionSchema = z.strictObject({
  version: z.literal(SESSION_VERSION),
  seed: z.string().check(z.regex(/^[0-9a-f]{1,16}$/, "must be up to 16 hexadecimal digits")),
  nodes: z.int().check(z.minimum(1), z.maximum(NODES_MAX)),
  options: optionsSchema,
  actions: z
    .array(
      z.strictObject({
        step: step.check(z.minimum(1)),
        atMs: z.optional(z.number().check(z.minimum(0))),
        action: actionSchema,
      }),
    )
    .check(
      z.maxLength(ACTIONS_MAX),
      z.refine((actions) => actions.every((each, at) => each.step > (actions[at - 1]?.step ?? 0)), "steps must ascend"),
    ),
  step,
  atMs: z.optional(z.number().check(z.minimum(0))),
});

/** The ids of the nodes that a cluster begins with. */
export function founders(nodes: number): readonly NodeId[] {
  return Array.from({ length: nodes }, (_, at) => `n${at + 1}`);
}

/** `value` as a session. Throws a TypeError that names what is wrong with it. */
export function sessionOf(value: unknown): Session {
  const { data, error } = sessionSchema.safeParse(value, wording);
  if (error !== undefined) {
    const [issue] = error.issues;
    throw new TypeError(`session${pathOf(issue?.path ?? [])}: ${issue?.message ?? "is not valid"}`);
  }
  const fault = optionsFault(resolve(data.options), founders(data.nodes));
  if (fault !== undefined) throw new TypeError(`session.${fault}`);
  return data;
}

/** All options, with the defaults where nothing is given. */
export function resolve(options: GivenOptions): LabOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...labDefaults, ...given };
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
}
