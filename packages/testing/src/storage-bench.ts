import { Entry, type EntryKind, type HardState, type Storage, type StoredState } from "@quorate/raft-core";
import { check, equal } from "./check.ts";
import type { StorageMedium, StoragePlace } from "./storage-medium.ts";

export interface StorageCase {
  readonly name: string;
  readonly run: (medium: StorageMedium) => Promise<void>;
  /** What the medium lacks for the case to apply; undefined where it applies. */
  readonly missing?: (medium: StorageMedium) => string | undefined;
}

export const needsDurable = (medium: StorageMedium): string | undefined =>
  medium.durable ? undefined : "nothing survives a crash";

/** What a log should hold; the entries follow the base. */
export interface Content {
  readonly hardState: HardState;
  readonly base: { readonly index: number; readonly term: number };
  readonly entries: readonly Entry[];
}

export const EMPTY: Content = { hardState: { term: 0, votedFor: undefined }, base: { index: 0, term: 0 }, entries: [] };

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** An entry whose data says what it is, so that no two of them are equal. */
export function entryOf(index: number, term: number, kind: EntryKind = "command"): Entry {
  return new Entry(index, term, kind, asciiOf(`${kind} ${index} of term ${term}`));
}

export function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Entries `from` to `to` of one term. */
export function entriesOf(from: number, to: number, term: number): readonly Entry[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => entryOf(from + offset, term));
}

function stateOf({ hardState, base, entries }: Content): StoredState {
  const isRunStart = (entry: Entry, at: number): boolean => entry.term !== entries[at - 1]?.term;
  return {
    hardState,
    base,
    lastIndex: entries.at(-1)?.index ?? base.index,
    termRuns: entries.filter(isRunStart).map(({ index, term }) => ({ index, term })),
    memberships: entries.filter(({ kind }) => kind === "membership"),
  };
}

/** Whether a loaded state and its entries are exactly `content`. */
export async function holds(storage: Storage, state: StoredState, content: Content): Promise<void> {
  equal(state, stateOf(content), "what load tells");
  await reads(storage, content);
}

/** Whether all entries are read, and none around them. */
export async function reads(storage: Storage, { base, entries }: Content): Promise<void> {
  const last = base.index + entries.length;
  equal(await storage.read(base.index + 1, last, EVERYTHING), entries, "entries");
  equal(await storage.read(base.index, last, EVERYTHING), [], "entries from the base on");
  equal(await storage.read(last + 1, last + 10, EVERYTHING), [], "entries behind the last");
}

/** One case's place, and the storage that is open in it. */
export class StorageBench {
  readonly place: StoragePlace;
  readonly #medium: StorageMedium;
  readonly #open: Set<Storage> = new Set();

  constructor(medium: StorageMedium, place: StoragePlace) {
    this.#medium = medium;
    this.place = place;
  }

  /** Runs a case in a place of its own and leaves nothing behind. */
  static async run(medium: StorageMedium, body: (bench: StorageBench) => Promise<void>): Promise<void> {
    const bench = new StorageBench(medium, await medium.freshPlace());
    try {
      await body(bench);
    } finally {
      for (const storage of bench.#open) await storage.close();
      await bench.place.close();
    }
  }

  /** Opens the place without asking what is in it. */
  async openOnly(): Promise<Storage> {
    const storage = await this.place.open();
    this.#open.add(storage);
    return storage;
  }

  /** Opens the place, which must hold `content`. */
  async open(content: Content = EMPTY): Promise<Storage> {
    const storage = await this.openOnly();
    await holds(storage, await storage.load(), content);
    return storage;
  }

  /** A storage that holds entries 1 to 10: 1 to 4 of term 1, 5 to 7 of term 2, 8 to 10 of term 4. */
  async openTen(): Promise<Storage> {
    const storage = await this.open();
    await storage.append({ hardState: TEN.hardState, entries: TEN.entries });
    return storage;
  }

  /** Closes the storage and opens it again, where the medium is durable; either way it must hold `content`. */
  async reopen(storage: Storage, content: Content): Promise<Storage> {
    await reads(storage, content);
    if (!this.#medium.durable) return storage;
    await this.close(storage);
    return await this.open(content);
  }

  /** Ends the storage as a crash would; the medium is durable. */
  async crash(storage: Storage): Promise<void> {
    check(this.place.crash !== undefined, "a durable medium has `crash`");
    await this.place.crash(storage);
    this.#open.delete(storage);
  }

  async close(storage: Storage): Promise<void> {
    await storage.close();
    this.#open.delete(storage);
  }
}

export const TEN: Content = {
  hardState: { term: 4, votedFor: "n2" },
  base: { index: 0, term: 0 },
  entries: [...entriesOf(1, 4, 1), ...entriesOf(5, 7, 2), ...entriesOf(8, 10, 4)],
};

/** A case that happens in one place. */
export function inBench(
  body: (bench: StorageBench, medium: StorageMedium) => Promise<void>,
): (medium: StorageMedium) => Promise<void> {
  return (medium) => StorageBench.run(medium, (bench) => body(bench, medium));
}
