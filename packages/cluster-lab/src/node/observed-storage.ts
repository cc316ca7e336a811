import type { Entry, Position, Storage, StorageWrite, StoredState } from "@quorate/raft-core";
import type { Life } from "../time/life.ts";
import { type NodeRecord, Stored, type Write } from "../watch/node-record.ts";
import type { Witness } from "../watch/witness.ts";

/** What `storage` holds, as a record of its own. */
export async function readStored(storage: Storage, chainAt: (index: number) => number): Promise<Stored> {
  const state = await storage.load();
  return storedOf(storage, state, chainAt);
}

async function storedOf(
  storage: Storage,
  { base, hardState, lastIndex }: StoredState,
  chainAt: (index: number) => number,
): Promise<Stored> {
  const stored = new Stored();
  stored.hardState = hardState;
  if (base.index > 0) stored.log.reset(base, chainAt(base.index));
  if (lastIndex > base.index) stored.log.append(await storage.read(base.index + 1, lastIndex, Infinity));
  return stored;
}

/** A storage of which the witness sees every write. */
export class ObservedStorage implements Storage {
  readonly #inner: Storage;
  readonly #record: NodeRecord;
  readonly #life: Life;
  readonly #witness: Witness;

  constructor(inner: Storage, { record, life, witness }: { record: NodeRecord; life: Life; witness: Witness }) {
    this.#inner = inner;
    this.#record = record;
    this.#life = life;
    this.#witness = witness;
  }

  async load(): Promise<StoredState> {
    const state = await this.#inner.load();
    const chainAt = (index: number): number => this.#witness.chainAt(index);
    const found = await storedOf(this.#inner, state, chainAt);
    const again = await storedOf(this.#inner, state, chainAt);
    if (this.#life.alive) this.#record.begins(found, again);
    return state;
  }

  append({ hardState, entries }: StorageWrite): Promise<void> {
    return this.#write({ type: "append", hardState, entries }, this.#inner.append({ hardState, entries }));
  }

  read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    return this.#inner.read(fromIndex, toIndex, maxBytes);
  }

  compact(position: Position): Promise<void> {
    return this.#write({ type: "compact", position }, this.#inner.compact(position));
  }

  reset(position: Position): Promise<void> {
    const chain = this.#witness.chainAt(position.index);
    return this.#write({ type: "reset", position, chain }, this.#inner.reset(position));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #write(write: Write, written: Promise<void>): Promise<void> {
    if (this.#life.alive) this.#witness.asks(this.#record, write);
    await written;
    if (this.#life.alive) this.#witness.isDurable(this.#record, write);
  }
}
