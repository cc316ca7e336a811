import { isIdentified } from "./incarnation.ts";
import type { NodeId } from "./membership.ts";
import type { Message } from "./message.ts";
import type { Progress } from "./progress.ts";
import type { Leadership, State } from "./state.ts";

/** The follower that has answered, or the one that is on its way out; undefined where the answer does not count. */
export function hear(state: State, leading: Leadership, from: NodeId, message: Message): Progress | undefined {
  const progress = leading.followers.get(from) ?? leading.departing.get(from)?.progress;
  if (progress === undefined || !isIdentified(progress, message)) return undefined;
  progress.heard(state.nowMs, state.options.electionTimeoutMaxMs);
  return progress;
}

/** Whether the follower has been heard within an election timeout. */
export function isPresent({ nowMs, options }: State, { lastContactMs }: Progress): boolean {
  return nowMs - lastContactMs < options.electionTimeoutMaxMs;
}

/** Whether the follower answers heartbeats now, rather than that it did before it may have died. */
export function hasJustAnswered({ nowMs, options }: State, { hasAnswered, lastContactMs }: Progress): boolean {
  return hasAnswered && nowMs - lastContactMs <= 2 * options.heartbeatIntervalMs;
}
