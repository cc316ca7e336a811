import type { Entry, Position, Storage, StorageWrite, StoredState } from "@quorate/raft-core";
import { LogMirror } from "../invariants/log-mirror.ts";
import type { Write } from "../invariants/node-record.ts";
import type { NodeObserver } from "./node-observer.ts";

/** The storage of one life of a node, watched. */
export class ObservedStorage implements Storage {
  readonly #inner: Storage;
  readonly #observer: NodeObserver;

  constructor(inner: Storage, observer: NodeObserver) {
    this.#inner = inner;
    this.#observer = observer;
  }

  /** Also reads every entry, to compare it with what was promised. */
  async load(): Promise<StoredState> {
    const state = await this.#inner.load();
    const { base, lastIndex } = state;
    const chain = this.#observer.committedChainAt(base.index);
    const log = new LogMirror({ index: base.index, term: base.term }, chain);
    while (log.lastIndex < lastIndex) {
      const entries = await this.#inner.read(log.lastIndex + 1, lastIndex, 65_536);
      if (entries.length === 0) break;
      log.append(log.mirror(entries));
    }
    this.#observer.recovered(log, state);
    return state;
  }

  append(write: StorageWrite): Promise<void> {
    const entries = this.#observer.mirrored(write.entries);
    return this.#watch({ type: "append", hardState: write.hardState, entries }, () => this.#inner.append(write));
  }

  read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    return this.#inner.read(fromIndex, toIndex, maxBytes);
  }

  compact(position: Position): Promise<void> {
    return this.#watch({ type: "compact", position }, () => this.#inner.compact(position));
  }

  reset(position: Position): Promise<void> {
    const chain = this.#observer.committedChainAt(position.index);
    return this.#watch({ type: "reset", position, chain }, () => this.#inner.reset(position));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Told first, so that a write which fails at once, or a crash in its middle, finds it under way. */
  async #watch(write: Write, perform: () => Promise<void>): Promise<void> {
    this.#observer.issued(write);
    await perform();
    this.#observer.acknowledged();
  }
}
