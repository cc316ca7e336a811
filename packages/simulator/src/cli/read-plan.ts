import { readFileSync } from "node:fs";
import { checkPlan } from "../plan/check-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { TRACE_FORMAT } from "../trace/trace-file.ts";
import { UsageError } from "./usage-error.ts";
import { reasonOf } from "./reason-of.ts";

const WANTED = "--plan wants a file that --shrink wrote";

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`The plan "${file}" cannot be read: ${reasonOf(error)}. ${WANTED}.`);
  }
}

function isTrace(text: string): boolean {
  const [firstLine = ""] = text.split("\n", 1);
  return firstLine.startsWith(`{"format":"${TRACE_FORMAT}"`);
}

/** Reads a plan that can be played; anything else is a UsageError of one line. */
export function readPlan(file: string): Plan {
  const text = textOf(file);
  if (isTrace(text)) {
    throw new UsageError(
      `"${file}" is a trace. ${WANTED}; what was played stands in the trace's first line, as "plan".`,
    );
  }
  let plan: Plan;
  try {
    plan = JSON.parse(text) as Plan;
  } catch {
    throw new UsageError(`"${file}" is not JSON. ${WANTED}.`);
  }
  try {
    checkPlan(plan);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`"${file}" is no plan that can be played: ${error.message}. ${WANTED}.`);
  }
  return plan;
}
