import type { Entry, Position, Storage, StorageWrite, StoredState } from "@quorate/raft-core";

/** As many as a drawing of the log shows. */
const entriesMax = 60;

/** Of one entry; a larger one is remembered without its data. */
const dataBytesMax = 64 * 1024;

/** What is remembered of an entry. */
export type RecentEntry = Pick<Entry, "index" | "term" | "kind"> & { readonly data: Uint8Array | undefined };

/** A storage of which it is known how far it is durable, and what its last entries are. */
export class WatchedStorage implements Storage {
  readonly #storage: Storage;
  #recent: RecentEntry[] = [];
  #lastIndex = 0;
  #durableIndex = 0;
  #entries = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get durableIndex(): number {
    return this.#durableIndex;
  }

  /** How many were made durable, those included that others have replaced since. */
  get entries(): number {
    return this.#entries;
  }

  /** The last ones, ascending and without a gap. */
  get recent(): readonly RecentEntry[] {
    return this.#recent;
  }

  async load(): Promise<StoredState> {
    const state = await this.#storage.load();
    this.#lastIndex = state.lastIndex;
    this.#durableIndex = state.lastIndex;
    this.#recent = await this.#lastOf(state);
    return state;
  }

  append(write: StorageWrite): Promise<void> {
    const appended = this.#storage.append(write);
    const [first] = write.entries;
    const last = write.entries.at(-1);
    if (first === undefined || last === undefined) return appended;
    this.#lastIndex = last.index;
    this.#durableIndex = Math.min(this.#durableIndex, first.index - 1);
    this.#note(write.entries, first.index);
    return appended.then(() => {
      // What was replaced meanwhile is durable no more.
      this.#durableIndex = Math.min(last.index, this.#lastIndex);
      this.#entries += last.index - first.index + 1;
    });
  }

  read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    return this.#storage.read(fromIndex, toIndex, maxBytes);
  }

  compact(position: Position): Promise<void> {
    return this.#storage.compact(position);
  }

  reset(position: Position): Promise<void> {
    this.#recent = [];
    this.#lastIndex = position.index;
    this.#durableIndex = position.index;
    return this.#storage.reset(position);
  }

  close(): Promise<void> {
    return this.#storage.close();
  }

  #note(entries: readonly Entry[], firstIndex: number): void {
    const kept = this.#recent.filter((entry) => entry.index < firstIndex);
    const isGap = kept.at(-1)?.index !== firstIndex - 1;
    const added = entries.slice(-entriesMax).map(remembered);
    this.#recent = [...(isGap ? [] : kept), ...added].slice(-entriesMax);
  }

  /** None where they are too large to be read for this, or damaged: whoever needs them will meet the damage. */
  async #lastOf({ base, lastIndex }: StoredState): Promise<RecentEntry[]> {
    if (lastIndex === base.index) return [];
    const fromIndex = Math.max(base.index + 1, lastIndex - entriesMax + 1);
    const entries = await this.#storage.read(fromIndex, lastIndex, entriesMax * dataBytesMax).catch(() => []);
    return entries.at(-1)?.index === lastIndex ? entries.map(remembered) : [];
  }
}

function remembered({ index, term, kind, data }: Entry): RecentEntry {
  return { index, term, kind, data: data.length > dataBytesMax ? undefined : data };
}
