import type { Progress } from "./progress.ts";
import { quorumValue } from "./quorum.ts";
import type { State } from "./state.ts";

/** A follower holds the leader's log up to `matchIndex`: that may commit something. */
export function acknowledged(state: State, progress: Progress, matchIndex: number): void {
  const rose = progress.acked(matchIndex);
  if (rose) progress.advancedMs = state.nowMs;
  if (progress.state === "probe" && matchIndex >= progress.nextIndex - 1) progress.becomeReplicate();
  if (rose) advanceCommit(state);
}

/** Commits what a quorum holds durably, if it is of this term; what precedes it is committed with it (§5.4.2). */
export function advanceCommit(state: State): void {
  const { leading, log } = state;
  if (leading === undefined) return;
  const index = quorumValue(state.membership, (id) =>
    id === state.id ? state.saves.durableIndex : (leading.followers.get(id)?.matchIndex ?? 0),
  );
  if (index <= state.commitIndex || log.termAt(index) !== state.term) return;
  const first = Math.max(state.commitIndex + 1, leading.termStartIndex);
  leading.uncommittedBytes -= log.bytesOf(first, index);
  commitTo(state, index);
}

/** A follower learns from its leader what is committed, but takes it only as far as its log is known to be the leader's:
 *  entries behind that may be another leader's (fig. 2, AppendEntries, rule 5). */
export function learnCommit(state: State, leaderCommit: number): void {
  commitTo(state, Math.min(leaderCommit, state.verifiedIndex));
}

function commitTo(state: State, index: number): void {
  if (index <= state.commitIndex) return;
  const { currentIndex } = state.memberships;
  // Who was in the configuration before this one need not be listened to any more.
  if (state.commitIndex < currentIndex && currentIndex <= index) state.out.now({ type: "peers" });
  state.commitIndex = index;
  state.out.now({ type: "commit", index });
}
