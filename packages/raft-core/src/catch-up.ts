import { isPresent } from "./hear.ts";
import { newVoters } from "./membership-change.ts";
import type { Progress } from "./progress.ts";
import type { CatchUp, Leadership, State } from "./state.ts";

const ROUNDS_MAX = 10;

/**
 * Whether all who are to become voters have caught up, so that making them voters costs no availability (diss. §4.2.1);
 * if one of them will not, why. Nothing is counted on them meanwhile.
 */
export function catchUp(state: State, leading: Leadership): "done" | "pending" | { readonly failure: string } {
  let result: "done" | "pending" = "done";
  for (const id of newVoters(state.membership)) {
    const progress = leading.followers.get(id);
    if (progress === undefined) return { failure: `${id} is no member any more` };
    const round = leading.catchUps.get(id) ?? roundOf(state, 1, state.nowMs);
    leading.catchUps.set(id, round);
    const failure = failureOf(state, progress, round);
    if (failure !== undefined) return { failure };
    if (!hasCaughtUp(state, leading, progress, round)) result = "pending";
  }
  return result;
}

function roundOf(state: State, number: number, firstMs: number): CatchUp {
  return { number, firstMs, startMs: state.nowMs, targetIndex: state.log.lastIndex, isDone: false };
}

function failureOf(state: State, progress: Progress, round: CatchUp): string | undefined {
  const { id, matchIndex } = progress;
  const { catchUpTimeoutMs } = state.options;
  const where = `it holds ${matchIndex} of ${state.log.lastIndex} entries`;
  const isBehind = matchIndex < round.targetIndex;
  const movedMs = isBehind ? Math.max(progress.advancedMs, round.firstMs) : progress.lastContactMs;
  if (state.nowMs - movedMs >= catchUpTimeoutMs)
    return `${id} has come no further for ${catchUpTimeoutMs} ms: ${where}`;
  if (round.number > ROUNDS_MAX) return `${id} falls behind faster than it catches up: ${where}`;
  return undefined;
}

/**
 * A round ends when the follower holds what was there at its beginning; one that took no election timeout is the last.
 * Who has fallen silent while others still catch up begins the round again.
 */
function hasCaughtUp(state: State, leading: Leadership, progress: Progress, round: CatchUp): boolean {
  if (!isPresent(state, progress)) {
    // Each silence counts as a round, but once, or one that comes and goes would be waited for without end.
    const isNoticed = round.startMs > progress.lastContactMs;
    leading.catchUps.set(progress.id, roundOf(state, round.number + (isNoticed ? 0 : 1), round.firstMs));
    return false;
  }
  if (progress.matchIndex < round.targetIndex) return false;
  round.isDone ||= state.nowMs - round.startMs < state.options.electionTimeoutMaxMs;
  if (!round.isDone) leading.catchUps.set(progress.id, roundOf(state, round.number + 1, round.firstMs));
  return round.isDone;
}
