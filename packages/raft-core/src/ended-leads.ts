import type { NodeId } from "./membership.ts";
import type { State } from "./state.ts";

/** For how many election timeouts a favourite must have been steady before it is handed the lead. */
const STEADY_TIMEOUTS = 10;
const DOUBLINGS_MAX = 8;

/** How long `id` must have been steady: twice as long with every lead of its that has ended lately. */
export function patienceMs(state: State, id: NodeId): number {
  return STEADY_TIMEOUTS * state.options.electionTimeoutMaxMs * 2 ** (state.endedLeads.get(id)?.count ?? 0);
}

/** The lead of `leader` has ended. That counts for ten times as long as it makes others wait. */
export function noteEndedLead(state: State, leader: NodeId): void {
  for (const [id, { lastMs }] of state.endedLeads) {
    if (state.nowMs - lastMs > 10 * patienceMs(state, id)) state.endedLeads.delete(id);
  }
  const count = Math.min((state.endedLeads.get(leader)?.count ?? 0) + 1, DOUBLINGS_MAX);
  state.endedLeads.set(leader, { count, lastMs: state.nowMs });
}
