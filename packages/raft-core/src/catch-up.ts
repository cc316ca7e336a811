import type { Membership, NodeId } from "./membership.ts";
import type { Progress } from "./progress.ts";
import type { CatchUp, Leadership, State } from "./state.ts";

const ROUNDS_MAX = 10;

/** Those who are to become voters and are not yet. */
function newVoters(membership: Membership): readonly NodeId[] {
  return membership.target?.voters.filter((id) => !membership.voters.includes(id)) ?? [];
}

/**
 * Whether all who are to become voters have caught up, so that making them voters costs no availability (diss. §4.2.1);
 * if one of them will not, why. Nothing is counted on them meanwhile.
 */
export function catchUp(state: State, leading: Leadership): "done" | "pending" | { readonly failure: string } {
  let result: "done" | "pending" = "done";
  for (const id of newVoters(state.membership)) {
    const progress = leading.followers.get(id);
    if (progress === undefined) return { failure: `${id} is no member any more` };
    const round = leading.catchUps.get(id) ?? beginRound(state, 0);
    leading.catchUps.set(id, round);
    const failure = failureOf(state, progress, round);
    if (failure !== undefined) return { failure };
    if (!hasCaughtUp(state, leading, progress)) result = "pending";
  }
  return result;
}

function beginRound(state: State, rounds: number): CatchUp {
  return { targetIndex: state.log.lastIndex, startMs: state.nowMs, rounds: rounds + 1, isDone: false };
}

function failureOf(state: State, progress: Progress, round: CatchUp): string | undefined {
  const { id, matchIndex } = progress;
  const { catchUpTimeoutMs } = state.options;
  const stalledMs = state.nowMs - Math.max(progress.advancedMs, round.rounds === 1 ? round.startMs : -Infinity);
  const where = `it holds ${matchIndex} of ${state.log.lastIndex} entries`;
  if (!round.isDone && stalledMs >= catchUpTimeoutMs)
    return `${id} has come no further for ${catchUpTimeoutMs} ms: ${where}`;
  if (round.rounds > ROUNDS_MAX) return `${id} falls behind faster than it catches up: ${where}`;
  return undefined;
}

/** A round ends when the follower holds what was there at its beginning; one that took no election timeout is the last. */
function hasCaughtUp(state: State, leading: Leadership, progress: Progress): boolean {
  const { electionTimeoutMaxMs } = state.options;
  const isPresent = state.nowMs - progress.lastContactMs < electionTimeoutMaxMs;
  const round = leading.catchUps.get(progress.id);
  if (round === undefined || progress.matchIndex < round.targetIndex) return false;
  if (round.isDone) return isPresent;
  if (isPresent && state.nowMs - round.startMs < electionTimeoutMaxMs) round.isDone = true;
  else leading.catchUps.set(progress.id, beginRound(state, round.rounds));
  return round.isDone;
}
