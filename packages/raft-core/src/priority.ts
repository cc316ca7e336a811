import { patienceMs } from "./ended-leads.ts";
import { isPresent } from "./hear.ts";
import type { Progress } from "./progress.ts";
import type { Leadership, State } from "./state.ts";
import { beginTransfer } from "./transfer.ts";

/**
 * Hands the lead to a caught-up voter of a higher priority, once it has been steady for a while; the longer, the more
 * often its leads have ended lately, so that a favourite which comes and goes does not keep deposing others. A node of
 * priority 0 waits for nothing.
 */
export function yieldToFavourite(state: State, leading: Leadership): void {
  const { membership, options } = state;
  if (leading.transfer !== undefined || membership.target !== undefined) return;
  const favourites = membership.voters
    .map((id) => leading.followers.get(id))
    .filter((each): each is Progress => each !== undefined && each.priority > options.priority)
    .filter((each) => isReadyToLead(state, each));
  const [favourite] = favourites.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  if (favourite !== undefined) beginTransfer(state, leading, favourite.id);
}

function isReadyToLead(state: State, progress: Progress): boolean {
  if (!isPresent(state, progress) || progress.state !== "replicate") return false;
  if (progress.matchIndex < state.commitIndex) return false;
  const isCaretaker = state.options.priority === 0;
  return isCaretaker || state.nowMs - progress.steadySinceMs >= patienceMs(state, progress.id);
}
