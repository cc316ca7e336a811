import type { EntryView, LogView, NodeView } from "../view/node-view.ts";
import type { Columns } from "./columns.ts";

/** One place in a row of the logs. */
export type Cell =
  | { readonly type: "entry"; readonly entry: EntryView; readonly marks: EntryMarks }
  /** What a snapshot has replaced, over so many columns. */
  | { readonly type: "snapshot"; readonly index: number; readonly term: number; readonly span: number }
  /** The log has it, but the view does not. */
  | { readonly type: "unseen"; readonly index: number }
  | { readonly type: "nothing"; readonly index: number };

export interface EntryMarks {
  readonly isCommitted: boolean;
  readonly isApplied: boolean;
  readonly isDurable: boolean;
}

/** One node's log over the columns that are shown. */
export function cellsOf(node: NodeView, { first, last }: Columns): readonly Cell[] {
  const { log } = node;
  const cells: Cell[] = [];
  let index = first;
  if (log.snapshot !== undefined && log.firstIndex > first) {
    const span = Math.min(log.firstIndex - 1, last) - first + 1;
    if (span > 0) cells.push({ type: "snapshot", ...log.snapshot, span });
    index += Math.max(0, span);
  }
  const seenFrom = log.entries[0]?.index ?? log.lastIndex + 1;
  for (; index <= last; index += 1) {
    const entry = log.entries[index - seenFrom];
    if (entry !== undefined) cells.push({ type: "entry", entry, marks: marksOf(node, index) });
    else cells.push({ type: index < seenFrom && index <= log.lastIndex ? "unseen" : "nothing", index });
  }
  return cells;
}

function marksOf({ commitIndex, appliedIndex, durableIndex }: NodeView, index: number): EntryMarks {
  return {
    isCommitted: index <= commitIndex,
    isApplied: index <= appliedIndex,
    isDurable: durableIndex === undefined || index <= durableIndex,
  };
}

/** What a log has lost from one view to the next because it was in conflict with the leader's (§5.3). */
export interface Conflicts {
  /** Another entry stands in its place. */
  readonly overwritten: readonly number[];
  /** Nothing stands there now. */
  readonly removed: readonly EntryView[];
}

const NONE: Conflicts = { overwritten: [], removed: [] };

export function conflictsBetween(before: LogView, after: LogView): Conflicts {
  if (before === after || before.entries.length === 0) return NONE;
  const terms = new Map(after.entries.map(({ index, term }) => [index, term]));
  const overwritten: number[] = [];
  const removed: EntryView[] = [];
  for (const entry of before.entries) {
    const term = terms.get(entry.index);
    if (term !== undefined && term !== entry.term) overwritten.push(entry.index);
    else if (term === undefined && entry.index > after.lastIndex) removed.push(entry);
  }
  return overwritten.length + removed.length === 0 ? NONE : { overwritten, removed };
}
