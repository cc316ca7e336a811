import { beginLeaseRound } from "./lease.ts";
import type { Progress } from "./progress.ts";
import type { Leadership, State } from "./state.ts";

/** Begins a round of heartbeats. A follower may commit what it is known to hold, and nothing else. */
export function broadcastHeartbeat(state: State, leading: Leadership): void {
  leading.round += 1;
  leading.heartbeatDeadlineMs = state.nowMs + state.options.heartbeatIntervalMs;
  beginLeaseRound(state, leading);
  const { term } = state;
  for (const { id, matchIndex } of listenersOf(leading)) {
    const commitIndex = Math.min(matchIndex, state.commitIndex);
    state.out.send(id, { type: "heartbeat", term, round: leading.round, commitIndex });
  }
}

/** Whom the leader sends to: the followers, and those that are yet to hear that they are none any more. */
export function listenersOf({ followers, departing }: Leadership): Iterable<Progress> {
  if (departing.size === 0) return followers.values();
  return [...followers.values(), ...[...departing.values()].map(({ progress }) => progress)];
}
