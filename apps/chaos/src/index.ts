export { checkRun } from "./check/check-run.ts";
export type { Finding, RunRecord } from "./check/record.ts";
export { drawPlan } from "./plan/draw-plan.ts";
export type { Plan } from "./plan/plan.ts";
