import type { State } from "./state.ts";

/** For how many election timeouts others must have been in vain. */
const VAIN_TIMEOUTS = 10;

/*
 * A node of priority 0 leaves the lead to others. But where it alone holds what is, or may be, committed, none of them
 * can win, so that nobody would ever lead. Then it leads for as long as it takes to bring one of them up to date.
 */

/** Its vote was refused to a candidate whose log ends before the own one. */
export function noteNeed(state: State): void {
  if (state.options.priority === 0 && state.leader === undefined) state.neededSinceMs ??= state.nowMs;
}

/** When it may stand for election. */
export function standsFromMs({ neededSinceMs, options }: State): number {
  if (options.priority > 0) return -Infinity;
  return neededSinceMs === undefined ? Infinity : neededSinceMs + VAIN_TIMEOUTS * options.electionTimeoutMaxMs;
}
