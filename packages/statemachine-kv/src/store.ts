import { assert } from "@quorate/raft-core";
import { type BTree, newBTree } from "./btree.ts";
import { type Key, bytesOf } from "./bytes.ts";
import type { KeyValue, RangeSlice } from "./key-value.ts";
import type { Bounds } from "./range.ts";

/** What is stored under a key. Never changed: a write replaces it, so that clones of the store may share it. */
export interface Item {
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  readonly lease: number;
}

export interface SliceLimits {
  readonly limit?: number;
  readonly bytesMax?: number;
  readonly keysOnly?: boolean;
}

const FIRST_REVISION = 1;

/**
 * Keys in order, and the revision. Writes carry the revision that the next `commit` will make: everything between two
 * commits changed at once.
 */
export class Store {
  #revision = FIRST_REVISION;
  #changed = false;
  #items: BTree<Key, Item> = newBTree();

  /** Of the last commit that changed anything; 1 in a new store (as in etcd). */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#items.size;
  }

  get(key: Key): Item | undefined {
    return this.#items.get(key);
  }

  put(key: Key, value: Uint8Array): void {
    const revision = this.#revision + 1;
    const old = this.#items.get(key);
    this.#items.set(key, {
      value,
      createRevision: old?.createRevision ?? revision,
      modRevision: revision,
      version: (old?.version ?? 0) + 1,
      lease: 0,
    });
    this.#changed = true;
  }

  /** Returns how many keys there were to delete. */
  delete(key: Key): number {
    const deleted = this.#items.delete(key);
    this.#changed ||= deleted;
    return deleted ? 1 : 0;
  }

  deleteRange(bounds: Bounds): number {
    const high = bounds.end ?? this.#items.maxKey();
    if (high === undefined || high < bounds.start) return 0;
    const deleted = this.#items.deleteRange(bounds.start, high, bounds.end === undefined);
    this.#changed ||= deleted > 0;
    return deleted;
  }

  /** Ends a command: if it changed anything, the revision rises. Returns the revision. */
  commit(): number {
    if (this.#changed) this.#revision++;
    this.#changed = false;
    return this.#revision;
  }

  count(bounds: Bounds): number {
    const high = bounds.end ?? this.#items.maxKey();
    if (high === undefined || high < bounds.start) return 0;
    return this.#items.forRange(bounds.start, high, bounds.end === undefined);
  }

  slice(bounds: Bounds, limits: SliceLimits): RangeSlice {
    const { limit = Infinity, bytesMax = Infinity, keysOnly = false } = limits;
    const kvs: KeyValue[] = [];
    let bytes = 0;
    for (const [key, item] of this.#items.entries(bounds.start)) {
      if (bounds.end !== undefined && key >= bounds.end) break;
      if (kvs.length >= limit || bytes >= bytesMax) return { kvs, more: true };
      kvs.push(keyValueOf(key, item, keysOnly));
      bytes += key.length + (keysOnly ? 0 : item.value.length);
    }
    return { kvs, more: false };
  }

  /** In order. The store must not be changed meanwhile: iterate over a clone. */
  entries(): Iterable<[Key, Item]> {
    return this.#items.entries();
  }

  /** A store of its own that shares memory with this one until either is written to. Takes constant time. */
  clone(): Store {
    assert(!this.#changed, "a store is cloned between commands only");
    const copy = new Store();
    copy.#revision = this.#revision;
    copy.#items = this.#items.clone();
    return copy;
  }

  /** Puts back what `entries` gave, at the revision that it was taken at. */
  static of(revision: number, entries: Iterable<readonly [Key, Item]>): Store {
    const store = new Store();
    store.#revision = revision;
    for (const [key, item] of entries) store.#items.set(key, item);
    return store;
  }
}

const NO_BYTES = new Uint8Array(0);

/** Copies, so that nobody outside holds the memory of the store. */
export function keyValueOf(key: Key, item: Item, keysOnly = false): KeyValue {
  const { value, createRevision, modRevision, version, lease } = item;
  return {
    key: bytesOf(key),
    value: keysOnly ? NO_BYTES : value.slice(),
    createRevision,
    modRevision,
    version,
    lease,
  };
}
