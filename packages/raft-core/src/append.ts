import { advanceCommit } from "./commit.ts";
import { Entry } from "./entry.ts";
import { voidLease } from "./lease.ts";
import { type Membership, type NodeId, encodeMembership, incarnationOf, isMember, membersOf } from "./membership.ts";
import type { Incarnation } from "./message.ts";
import { Progress } from "./progress.ts";
import { confirmReadRounds } from "./read-index.ts";
import type { Leadership, State } from "./state.ts";

/** For how many election timeouts a removed node is told of it. */
const FAREWELL_TIMEOUTS = 10;

/** Appends to this node's log. A configuration counts from here on, committed or not (§6). */
export function appendToLog(state: State, entries: readonly Entry[]): void {
  const bytes = state.log.append(entries);
  if (state.leading !== undefined) state.leading.uncommittedBytes += bytes;
  const memberships = entries.filter((entry) => entry.kind === "membership");
  for (const entry of memberships) state.memberships.append(entry);
  if (memberships.length > 0) onMembershipChanged(state);
}

/** As the leader. */
export function appendMembership(state: State, membership: Membership): void {
  appendToLog(state, [new Entry(state.log.lastIndex + 1, state.term, "membership", encodeMembership(membership))]);
}

/** Cuts the log where it conflicts with the leader's; configurations roll back with their entries (§5.3, §6). */
export function truncateLog(state: State, from: number): void {
  state.log.truncate(from);
  state.saves.truncated(from);
  if (state.memberships.truncate(from)) onMembershipChanged(state);
}

/** Another configuration is in force: tell the runtime, replicate to whom it names, and count by its majorities. */
export function onMembershipChanged(state: State): void {
  const { leading, membership } = state;
  if (state.incarnation !== undefined && incarnationOf(membership, state.id) === state.incarnation) {
    state.isDisowned = false;
  }
  if (leading !== undefined) {
    followMembership(state, "from now on");
    voidLease(leading);
    advanceCommit(state);
    confirmReadRounds(state, leading);
  }
  state.out.now({ type: "membership" });
}

/** Gives every other member a `Progress`, and takes it from those that are members no more, who are yet to hear of it. */
export function followMembership(state: State, since: "from the start" | "from now on"): void {
  const { leading, membership } = state;
  if (leading === undefined) return;
  const { followers, departing } = leading;
  const ids = new Set(membersOf(membership).map((member) => member.id));
  ids.delete(state.id);
  for (const progress of followers.values()) if (!ids.has(progress.id)) depart(state, leading, progress);
  for (const id of ids) {
    departing.delete(id);
    const sinceRound = since === "from the start" ? -1 : leading.round;
    const progress = followers.get(id) ?? new Progress(id, state.log.lastIndex + 1, state.nowMs, sinceRound);
    progress.incarnation ??= incarnationOf(membership, id);
    followers.set(id, progress);
  }
}

function depart(state: State, { followers, departing }: Leadership, progress: Progress): void {
  const { id } = progress;
  const { currentIndex } = state.memberships;
  const untilMs = state.nowMs + FAREWELL_TIMEOUTS * state.options.electionTimeoutMaxMs;
  followers.delete(id);
  departing.set(id, { progress, index: currentIndex, untilMs, farewellRound: Infinity });
}

/** A node that was removed while it was down, and seeks election since it is back, is told. */
export function tellRemoved(state: State, leading: Leadership, id: NodeId, incarnation: Incarnation | undefined): void {
  const { membership, memberships, log, nowMs } = state;
  if (isMember(membership, id) || leading.departing.has(id) || !memberships.hasHad(id, incarnation)) return;
  depart(state, leading, new Progress(id, log.lastIndex + 1, nowMs, leading.round));
  state.out.now({ type: "peers" });
}

/** Lets go of removed nodes that know of it, and that it is committed, or that do not answer. */
export function dismissDeparted(state: State, leading: Leadership): void {
  for (const [id, each] of leading.departing) {
    const { progress, index, untilMs, farewellRound } = each;
    const isTold = progress.ackedRound >= farewellRound;
    // Heartbeats tell what is committed of that which a follower is known to hold: the next one will tell this.
    const isNext = farewellRound === Infinity && progress.matchIndex >= index && state.commitIndex >= index;
    if (isNext) each.farewellRound = leading.round + 1;
    if (!isTold && state.nowMs < untilMs) continue;
    leading.departing.delete(id);
    state.out.now({ type: "peers" });
  }
}
