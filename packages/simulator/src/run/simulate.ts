import { forbidRealTime } from "../engine/globals.ts";
import type { Plan } from "../plan/plan.ts";
import { type Outcome, Run, type RunOptions } from "./run.ts";

/** Lets whatever the platform has to say about rejections that nobody handled be said. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Plays a plan to its end, or to the first violation. One at a time in a process: while it runs, real time and chance
 * are out of reach for all code. The same plan, and the same code, give the same outcome.
 */
export async function simulate(plan: Plan, options: RunOptions = {}): Promise<Outcome> {
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
