import type { Plan } from "../plan/plan.ts";
import { type TraceEntry, entryAsJson } from "./trace.ts";

export const TRACE_FORMAT = "quorate-simulator-trace";

/** Rises whenever a reader of trace files would have to change. */
export const TRACE_VERSION = 2;

/** The first line of a trace file: what was played. */
export function traceHeader(plan: Plan): string {
  return JSON.stringify({ format: TRACE_FORMAT, version: TRACE_VERSION, plan });
}

/** Any other line of it: what happened. */
export function traceLine(entry: TraceEntry): string {
  return JSON.stringify(entryAsJson(entry));
}
