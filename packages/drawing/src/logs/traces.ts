import type { EntryView, LogView } from "../view/node-view.ts";
import { conflictsBetween } from "./cells.ts";

/** What is still to be seen of conflicts in one node's log. */
export interface Traces {
  /** By index: a number that is new for every time that an entry is overwritten. */
  readonly overwritten: ReadonlyMap<number, number>;
  /** Entries that are gone, shown while they fade. */
  readonly removed: ReadonlyMap<number, EntryView>;
}

/** Looks at one log from view to view and remembers which entries were in conflict. */
export class ConflictTracer {
  #log: LogView | undefined;
  #nowMs = 0;
  #serial = 0;
  #overwritten = new Map<number, number>();
  #removed = new Map<number, EntryView>();

  /** Going back in time leaves no traces: nothing is overwritten by it. */
  see(log: LogView, nowMs: number): Traces {
    const before = this.#log;
    if (before !== undefined && nowMs < this.#nowMs) this.#forget();
    else if (before !== undefined && before !== log) this.#compare(before, log);
    this.#log = log;
    this.#nowMs = nowMs;
    return { overwritten: this.#overwritten, removed: this.#removed };
  }

  #compare(before: LogView, after: LogView): void {
    const { overwritten, removed } = conflictsBetween(before, after);
    for (const index of overwritten) this.#overwritten.set(index, (this.#serial += 1));
    for (const entry of removed) this.#removed.set(entry.index, entry);
    for (const index of this.#removed.keys()) if (index <= after.lastIndex) this.#removed.delete(index);
    const oldest = after.entries[0]?.index ?? after.lastIndex + 1;
    for (const index of this.#overwritten.keys()) if (index < oldest) this.#overwritten.delete(index);
  }

  #forget(): void {
    this.#overwritten = new Map();
    this.#removed = new Map();
  }
}
