import type { Leadership, State } from "./state.ts";

/** Begins a round of heartbeats. A follower may commit what it is known to hold, and nothing else. */
export function broadcastHeartbeat(state: State, leading: Leadership): void {
  leading.round += 1;
  leading.heartbeatDeadlineMs = state.nowMs + state.options.heartbeatIntervalMs;
  const { term } = state;
  for (const { id, matchIndex } of leading.followers.values()) {
    const commitIndex = Math.min(matchIndex, state.commitIndex);
    state.out.send(id, { type: "heartbeat", term, round: leading.round, commitIndex });
  }
}
