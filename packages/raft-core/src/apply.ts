import { assert } from "./assert.ts";
import type { Entry } from "./entry.ts";
import { sendEntries } from "./replication.ts";
import type { State } from "./state.ts";

/**
 * Hands committed entries to the state machine, in order, the next batch when the last one is applied. Only what is
 * durable here: then a snapshot of the state machine never runs ahead of the log below it.
 */
export function applyCommitted(state: State): void {
  if (state.installing !== undefined || state.applyingIndex > state.appliedIndex) return;
  const from = state.appliedIndex + 1;
  const to = Math.min(state.commitIndex, state.saves.durableIndex);
  if (from > to) return;
  const entries = state.log.slice(from, to, state.options.applyBytesMax);
  if (entries !== undefined) hand(state, entries);
  else if (![...state.loads.values()].some((loader) => loader.type === "apply")) {
    const id = state.newId();
    state.loads.set(id, { type: "apply", fromIndex: from });
    state.out.now({ type: "load", id, fromIndex: from, toIndex: to, maxBytes: state.options.applyBytesMax });
  }
}

function hand(state: State, entries: readonly Entry[]): void {
  state.applyingIndex = entries.at(-1)?.index ?? state.applyingIndex;
  state.out.now({ type: "apply", entries });
}

/** Entries have come from storage. The log may have changed meanwhile: they count only where they still belong. */
export function onLoaded(state: State, id: number, entries: readonly Entry[]): void {
  const loader = state.loads.get(id);
  if (loader === undefined) return;
  state.loads.delete(id);
  const { fromIndex } = loader;
  const first = entries[0];
  assert(first !== undefined || fromIndex <= state.log.base.index, `storage no longer holds entry ${fromIndex}`);
  const isCurrent = entries.every((entry) => state.log.termAt(entry.index) === entry.term);
  if (loader.type === "apply") {
    assert(
      isCurrent && first?.index === state.appliedIndex + 1,
      `storage holds another entry ${fromIndex} than the log`,
    );
    hand(state, entries);
    return;
  }
  const { progress } = loader;
  if (progress.loading !== id) return;
  progress.loading = undefined;
  // Compaction may have taken what precedes them; then the follower needs the snapshot.
  const isPrevKnown = state.log.termAt(progress.nextIndex - 1) !== undefined;
  if (isCurrent && isPrevKnown && first?.index === progress.nextIndex) sendEntries(state, progress, entries);
}

export function onApplied(state: State, index: number): void {
  // A snapshot may have been installed behind the batch's back.
  if (index !== state.applyingIndex) return;
  state.appliedIndex = index;
}
