import type { Snapshot } from "./message.ts";
import type { State } from "./state.ts";

/**
 * The state machine's state is durable up to `snapshot`: the log behind it may go (§7), but for a tail that spares a
 * follower which is only a little behind the whole snapshot, and for what followers need that are receiving one now.
 */
export function onSnapshotTaken(state: State, snapshot: Snapshot): void {
  if (snapshot.index <= (state.snapshot?.index ?? 0)) return;
  state.snapshot = snapshot;
  const index = Math.min(snapshot.index - state.options.trailingEntries, neededByTransfers(state, snapshot));
  if (index <= state.log.base.index) return;
  const position = state.log.compact(index);
  state.memberships.compact(index);
  state.out.now({ type: "compact", ...position });
}

/** Without this a busy leader would outrun every snapshot that it sends (diss. §5.3); bounded, so that a follower which
 *  never finishes does not fill the disk. */
function neededByTransfers(state: State, snapshot: Snapshot): number {
  const transfers = [...(state.leading?.followers.values() ?? [])].flatMap(({ transfer }) => transfer ?? []);
  const needed = Math.min(Infinity, ...transfers.map((transfer) => transfer.snapshot.index));
  return Math.max(needed, snapshot.index - state.options.catchUpEntriesMax);
}
