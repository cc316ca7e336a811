import type { EntryView, LogView, SnapshotView } from "@quorate/drawing";
import { type Fields, type TracedEntry, entriesOf } from "./trace-event.ts";

const ENTRIES_SHOWN = 60;
/** In version 1 a line of a few bytes says how many entries are written. */
const APPENDED_MAX = 10_000;
const LOG_MAX = 100_000;

/** Who writes: whether it leads, and its term. */
export interface Writer {
  readonly isLeader: boolean;
  readonly term: number;
}

const viewOf = ({ index, term, kind }: TracedEntry): EntryView => ({ index, term, kind, text: "" });

/** What a trace tells of one node's log. */
export class TracedLog {
  #snapshot: SnapshotView | undefined;
  #baseIndex = 0;
  #entries: EntryView[] = [];
  /** What was last known of each index from messages, for version 1, in which a node does not say what it appends. */
  readonly #heard = new Map<number, TracedEntry>();
  durableIndex = 0;

  get lastIndex(): number {
    return this.#baseIndex + this.#entries.length;
  }

  view(): LogView {
    return {
      snapshot: this.#snapshot,
      firstIndex: this.#baseIndex + 1,
      lastIndex: this.lastIndex,
      entries: this.#entries.slice(-ENTRIES_SHOWN),
    };
  }

  at(index: number): EntryView | undefined {
    return this.#entries[index - this.#baseIndex - 1];
  }

  /** What the node has found on its disk. */
  opened(fields: Fields): void {
    if (!fields.has("entries")) return;
    const base = fields.object("base");
    const snapshotIndex = fields.number("snapshotIndex");
    this.#entries = entriesOf(fields).map(viewOf);
    this.#baseIndex = base.number("index");
    this.durableIndex = this.lastIndex;
    if (snapshotIndex === 0) this.#snapshot = undefined;
    else if (snapshotIndex !== this.#snapshot?.index) {
      const term = snapshotIndex === this.#baseIndex ? base.number("term") : this.at(snapshotIndex)?.term;
      this.#snapshot = { index: snapshotIndex, term: term ?? base.number("term") };
    }
  }

  /** The node asks its storage to write. */
  append(fields: Fields, writer: Writer): void {
    if (fields.has("entries")) {
      const entries = entriesOf(fields);
      const [first] = entries;
      if (first === undefined) return;
      this.#keepBefore(first.index);
      for (const entry of entries) this.#entries.push(viewOf(entry));
      return;
    }
    const first = fields.countTo(this.#baseIndex + LOG_MAX, "firstIndex");
    const count = fields.countTo(APPENDED_MAX, "count");
    if (count > 0) this.#guess(first, count, writer);
  }

  hears(message: Fields): void {
    for (const entry of entriesOf(message)) this.#heard.set(entry.index, entry);
  }

  /** What a node sends of its own log is known better than what it appended. Whether anything was news. */
  sends(entries: readonly TracedEntry[]): boolean {
    const better = entries.filter(({ index, term, kind }) => {
      const own = this.at(index);
      return own?.term === term && own.kind !== kind;
    });
    for (const { index, kind } of better) {
      const own = this.at(index);
      if (own !== undefined) this.#entries[index - this.#baseIndex - 1] = { ...own, kind };
    }
    return better.length > 0;
  }

  compact(index: number): void {
    if (index <= this.#baseIndex) return;
    this.#entries = this.#entries.slice(index - this.#baseIndex);
    this.#baseIndex = index;
  }

  reset(index: number): void {
    this.#entries = [];
    this.#baseIndex = index;
  }

  hasSnapshot(index: number, term: number | undefined, ownTerm: number): void {
    this.#snapshot = { index, term: term ?? this.at(index)?.term ?? this.#heard.get(index)?.term ?? ownTerm };
  }

  /** What was not durable may be lost; what is not lost shows when the node opens, or writes again. */
  crashes(): void {
    this.#keepBefore(this.durableIndex + 1);
  }

  /** The disk is lost. */
  wiped(): void {
    this.#snapshot = undefined;
    this.reset(0);
    this.durableIndex = 0;
  }

  #keepBefore(index: number): void {
    this.#entries.splice(Math.max(0, index - 1 - this.#baseIndex));
  }

  #guess(first: number, count: number, writer: Writer): void {
    this.#keepBefore(first);
    const entries = this.#entries;
    for (let index = this.#baseIndex + entries.length + 1; index < first + count; index += 1) {
      const isOwn = writer.isLeader && index >= first;
      entries.push(isOwn ? this.#own(index, writer.term, entries.at(-1)?.term) : this.#foreign(index));
    }
  }

  /** What a leader appends is of its own term; the first of it is its no-op. */
  #own(index: number, term: number, termBefore: number | undefined): EntryView {
    const own = { index, term, kind: termBefore === term ? "command" : "no-op" } as const;
    this.#heard.set(index, own);
    return viewOf(own);
  }

  #foreign(index: number): EntryView {
    return viewOf(this.#heard.get(index) ?? { index, term: 0, kind: index === 1 ? "membership" : "command" });
  }
}
