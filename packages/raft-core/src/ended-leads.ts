import type { NodeId } from "./membership.ts";
import type { State } from "./state.ts";

/** For how many election timeouts a favourite must have been steady before it is handed the lead. */
const STEADY_TIMEOUTS = 10;
const DOUBLINGS_MAX = 8;

/** What is remembered of a node counts for so many times as long as it makes it wait. */
const MEMORY_FACTOR = 10;

/**
 * How long `id` must have been steady: twice as long with every lead of its that has ended, or failed, lately. A node of
 * priority 0 waits for nobody's first.
 */
export function patienceMs(state: State, id: NodeId): number {
  const ended = state.endedLeads.get(id);
  const isForgiven = ended === undefined || state.nowMs - ended.lastMs > MEMORY_FACTOR * steadyMs(state, ended.count);
  if (isForgiven && state.options.priority === 0) return 0;
  return steadyMs(state, isForgiven ? 0 : ended.count);
}

function steadyMs({ options }: State, count: number): number {
  return STEADY_TIMEOUTS * options.electionTimeoutMaxMs * 2 ** count;
}

/** The lead of `leader` has ended, or it was handed the lead and did not get it. */
export function noteEndedLead(state: State, leader: NodeId): void {
  for (const [id, { count, lastMs }] of state.endedLeads) {
    if (state.nowMs - lastMs > MEMORY_FACTOR * steadyMs(state, count)) state.endedLeads.delete(id);
  }
  const count = Math.min((state.endedLeads.get(leader)?.count ?? 0) + 1, DOUBLINGS_MAX);
  state.endedLeads.set(leader, { count, lastMs: state.nowMs });
}
