import type { Entry } from "./entry.ts";
import { membersOf } from "./membership.ts";
import { Progress } from "./progress.ts";
import type { State } from "./state.ts";

/** Appends to this node's log. A configuration counts from here on, committed or not (§6). */
export function appendToLog(state: State, entries: readonly Entry[]): void {
  state.log.append(entries);
  const memberships = entries.filter((entry) => entry.kind === "membership");
  for (const entry of memberships) state.memberships.append(entry);
  if (memberships.length > 0) onMembershipChanged(state);
  if (state.leading === undefined) return;
  for (const entry of entries) state.leading.uncommittedBytes += entry.sizeBytes;
}

/** Cuts the log where it conflicts with the leader's; configurations roll back with their entries (§5.3, §6). */
export function truncateLog(state: State, from: number): void {
  state.log.truncate(from);
  state.saves.truncated(from);
  if (state.memberships.truncate(from)) onMembershipChanged(state);
}

/** Another configuration is in force: tell the runtime, and replicate to whom it names. */
export function onMembershipChanged(state: State): void {
  followMembership(state);
  state.out.now({ type: "membership" });
}

/** Gives every other member a `Progress`, and takes it from those that are members no more. */
export function followMembership(state: State): void {
  const followers = state.leading?.followers;
  if (followers === undefined) return;
  const ids = new Set(membersOf(state.membership).map((member) => member.id));
  ids.delete(state.id);
  for (const id of followers.keys()) if (!ids.has(id)) followers.delete(id);
  for (const id of ids) {
    if (!followers.has(id)) followers.set(id, new Progress(id, state.log.lastIndex + 1, state.nowMs));
  }
}
