import type { Entry, HardState, Save, StoredState } from "../../src/index.ts";
import { must } from "./violation.ts";

/** What a node's disk holds. Immutable. */
export interface Durable {
  readonly hardState: HardState;
  readonly entries: readonly Entry[];
}

export const blank: Durable = { hardState: { term: 0, votedFor: undefined }, entries: [] };

/** What a crash leaves of a write: nothing, all, or the hard state and the first `entries` of its entries. */
export type Written = "all" | { readonly entries: number };

export function write(durable: Durable, save: Save, written: Written): Durable {
  const hardState = save.hardState ?? durable.hardState;
  mustFollow(durable.hardState, hardState);
  const entries = written === "all" ? save.entries : save.entries.slice(0, written.entries);
  const first = entries[0];
  if (first === undefined) return { hardState, entries: durable.entries };
  const kept = first.index - 1;
  must(kept <= durable.entries.length, () => `entry ${first.index} is saved behind entry ${durable.entries.length}`);
  must(
    entries.every((entry) => entry.term <= hardState.term),
    () => `an entry is saved before its term`,
  );
  return { hardState, entries: [...durable.entries.slice(0, kept), ...entries] };
}

/** What a crash may leave of a write, besides nothing and all of it. */
export function partsOf(save: Save): readonly Written[] {
  const first = save.hardState === undefined ? 1 : 0;
  return Array.from({ length: Math.max(0, save.entries.length - first) }, (_, at) => ({ entries: first + at }));
}

/** One vote in a term, and terms never fall (§5.1, §5.2). */
function mustFollow(before: HardState, after: HardState): void {
  must(after.term >= before.term, () => `term ${after.term} is saved over term ${before.term}`);
  const keeps = before.votedFor === undefined || before.votedFor === after.votedFor;
  must(
    after.term > before.term || keeps,
    () => `a vote for ${after.votedFor ?? "nobody"} is saved over one for ${before.votedFor} in term ${after.term}`,
  );
}

export function storedState({ hardState, entries }: Durable): StoredState {
  return {
    hardState,
    base: { index: 0, term: 0 },
    lastIndex: entries.length,
    termRuns: entries
      .filter((entry, at) => entry.term !== entries[at - 1]?.term)
      .map(({ index, term }) => ({ index, term })),
    memberships: entries.filter((entry) => entry.kind === "membership"),
  };
}
