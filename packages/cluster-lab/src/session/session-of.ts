import * as z from "zod/mini";
import { actionSchema } from "./action.ts";
import { faultIn, integerFrom, listOf, numberFrom } from "./schema.ts";
import {
  ACTIONS_MAX,
  SESSION_VERSION,
  STEPS_MAX,
  type Session,
  type TimedAction,
  assertOptions,
  beginningShape,
} from "./session.ts";

const TIME_MAX_MS = 2 ** 40;

const atMs = z.optional(numberFrom(0, TIME_MAX_MS));
const timedAction = z.strictObject({ step: integerFrom(1, STEPS_MAX), atMs, action: actionSchema });
const isAscending = (actions: readonly TimedAction[]): boolean =>
  actions.every((each, at) => each.step > (actions[at - 1]?.step ?? 0));

const sessionSchema: z.ZodMiniType<Session> = z.strictObject(
  {
    version: z.literal(SESSION_VERSION, `must be ${SESSION_VERSION}`),
    ...beginningShape,
    actions: listOf(timedAction, ACTIONS_MAX).check(z.refine(isAscending, "steps must ascend")),
    step: integerFrom(0, STEPS_MAX),
    atMs,
  },
  "must be an object",
);

/** `value` as a session. Throws a TypeError that names what is wrong with it. */
export function sessionOf(value: unknown): Session {
  const { data, error } = sessionSchema.safeParse(value);
  if (error !== undefined) throw faultIn("session", error.issues);
  assertOptions(data);
  return data;
}
