import type { State } from "../../src/state.ts";

/** Counters that only tell one question from the next: nothing here asks twice at a time. */
const COUNTERS: ReadonlySet<string> = new Set(["round", "ackedRound", "_nextId"]);

interface OpenSaves {
  _nextSeq: number;
  readonly _outstanding: { seq: number }[];
}

/**
 * Makes states equal that differ only in when things happened, and in how often: every time becomes 0, and writes are
 * numbered from the oldest that is under way.
 */
export function forgetTime(state: { readonly saves: object }): void {
  forget(state);
  const saves = state.saves as OpenSaves;
  for (const [at, write] of saves._outstanding.entries()) write.seq = at + 1;
  saves._nextSeq = saves._outstanding.length + 1;
}

function forget(value: object): void {
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  if (value instanceof Map) {
    for (const item of value.values()) if (isObject(item)) forget(item);
    return;
  }
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const item = fields[key];
    if (isObject(item)) forget(item);
    else if (typeof item === "number" && (key.endsWith("Ms") || COUNTERS.has(key))) fields[key] = 0;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Forgets what is only counted for times, and for limits that are out of reach here. */
export function forgetCounts(state: State): void {
  state.electionAttempts = 0;
  if (state.leading !== undefined) state.leading.uncommittedBytes = 0;
}

/** Forgets that the core waits for this write. */
export function forgetWrite(state: { readonly saves: object }, seq: number): void {
  const { _outstanding } = state.saves as OpenSaves;
  const at = _outstanding.findIndex((write) => write.seq === seq);
  if (at < 0) throw new Error(`no write ${seq} is under way`);
  _outstanding.splice(at, 1);
}
