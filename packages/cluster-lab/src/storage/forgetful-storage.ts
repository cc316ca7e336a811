import type { Entry, Position, Storage, StorageWrite, StoredState } from "@quorate/raft-core";

/**
 * Broken on purpose: a node that restarts finds its term again, but not for whom it voted in it. Fig. 2 counts
 * `votedFor` among what must be on stable storage before a request is answered; this is why.
 */
export class ForgetfulStorage implements Storage {
  readonly #inner: Storage;

  constructor(inner: Storage) {
    this.#inner = inner;
  }

  async load(): Promise<StoredState> {
    const state = await this.#inner.load();
    return { ...state, hardState: { ...state.hardState, votedFor: undefined } };
  }

  append(write: StorageWrite): Promise<void> {
    return this.#inner.append(write);
  }

  read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    return this.#inner.read(fromIndex, toIndex, maxBytes);
  }

  compact(position: Position): Promise<void> {
    return this.#inner.compact(position);
  }

  reset(position: Position): Promise<void> {
    return this.#inner.reset(position);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
