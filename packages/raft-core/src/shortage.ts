import { isPresent } from "./hear.ts";
import type { Membership, NodeId } from "./membership.ts";
import type { Leadership, State } from "./state.ts";

/**
 * Why the voters that a change leads to could not go on: no majority of them is there, so that nothing would ever be
 * committed again, or none of them may lead. Those who come are there: they catch up before they have a vote. Undefined
 * where nothing is wrong, or the voters stay who they are.
 */
export function shortageIn(state: State, leading: Leadership, next: Membership): string | undefined {
  const voters = next.target?.voters ?? next.voters;
  const { voters: current } = state.membership;
  if (voters.join() === current.join()) return undefined;
  const progressOf = (id: NodeId) => leading.followers.get(id);
  const isThere = (id: NodeId): boolean => {
    const progress = progressOf(id);
    return id === state.id || !current.includes(id) || (progress !== undefined && isPresent(state, progress));
  };
  const missing = voters.filter((id) => !isThere(id));
  if (2 * missing.length >= voters.length) {
    return `of the voters ${voters.join(", ")} that it leads to, ${missing.join(", ")} cannot be reached: they would have no majority`;
  }
  const mayLead = (id: NodeId): boolean =>
    (id === state.id ? state.options.priority : (progressOf(id)?.priority ?? 1)) > 0;
  return voters.some((id) => mayLead(id))
    ? undefined
    : "all voters that it leads to have priority 0, so that nobody could lead";
}
