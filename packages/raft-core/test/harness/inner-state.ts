import { resolveOptions } from "../../src/options.ts";
import { State } from "../../src/state.ts";
import { snapshotAt } from "./stored.ts";

/** The state of n1 of three, a follower in `term` with an empty log: for what no input can bring about. */
export function innerState(term = 0): State {
  const stored = { hardState: { term, votedFor: undefined }, base: { index: 0, term: 0 }, lastIndex: 0 };
  const start = { state: { ...stored, termRuns: [], memberships: [] }, snapshot: snapshotAt(0, 0), nowMs: 0 };
  return new State(resolveOptions({ id: "n1", random: { next: () => 0.5 } }), start);
}
