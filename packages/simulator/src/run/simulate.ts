import { forbidRealTime } from "../engine/globals.ts";
import { checkPlan } from "../plan/check-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { type Outcome, Run, type RunOptions } from "./run.ts";

/** Lets whatever the platform has to say about rejections that nobody handled be said. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The platform's globals are replaced meanwhile, and there is one set of them in a thread. */
let isUnderWay = false;

/**
 * Plays a plan to its end, or to the first violation. One at a time in a thread: while it runs, real time and chance
 * are out of reach for all code. The same plan, and the same code, give the same outcome. A plan that cannot be played
 * is refused with a TypeError.
 */
export async function simulate(plan: Plan, options: RunOptions = {}): Promise<Outcome> {
  checkPlan(plan);
  if (isUnderWay) throw new Error("a run is under way in this thread: await it before the next one begins");
  isUnderWay = true;
  try {
    const outcome = await playWatched(plan, options);
    const { step, atMs, violation } = outcome;
    if (violation !== undefined) options.sink?.({ step, atMs, kind: "violation", payload: violation });
    return outcome;
  } finally {
    isUnderWay = false;
  }
}

/** A rejection that nobody handles is a violation, too. */
async function playWatched(plan: Plan, options: RunOptions): Promise<Outcome> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  const restore = forbidRealTime();
  try {
    const outcome = await new Run(plan, options).play();
    restore();
    await nextTask();
    if (unhandled.length === 0 || outcome.violation !== undefined) return outcome;
    const reason = `a rejection was handled by nobody: ${String(unhandled[0])}`;
    const details = unhandled[0] instanceof Error ? unhandled[0].stack : undefined;
    return { ...outcome, violation: { invariant: "I17", node: undefined, reason, details } };
  } finally {
    restore();
    process.off("unhandledRejection", note);
  }
}
