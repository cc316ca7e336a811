import { RaftError, type Snapshot, type SnapshotHead, type SnapshotStore } from "@quorate/raft-core";

interface Stored {
  readonly snapshot: Snapshot;
  readonly data: Uint8Array;
}

/** The snapshot that survives a crash. */
export class Shelf {
  stored: Stored | undefined;
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

function sum(data: Uint8Array): number {
  return data.reduce((hash, byte) => (Math.imul(hash, 31) + byte) >>> 0, 7);
}

/** A snapshot store in memory that can be told to fail, or to hold a save back. */
export class ShelfStore implements SnapshotStore {
  readonly #shelf: Shelf;
  #staged: { readonly snapshot: Snapshot; readonly chunks: Uint8Array[] } | undefined;
  #gone = false;
  saves = 0;
  failNextSaves = 0;
  beforeSaved: Promise<void> = Promise.resolve();

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  latest(): Promise<Snapshot | undefined> {
    return Promise.resolve(this.#shelf.stored?.snapshot);
  }

  async save(head: SnapshotHead, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Snapshot> {
    this.saves += 1;
    const kept: Uint8Array[] = [];
    for await (const chunk of chunks) kept.push(chunk);
    await this.beforeSaved;
    if (this.failNextSaves > 0) {
      this.failNextSaves -= 1;
      throw new RaftError("STORAGE_FAILED", "no space left");
    }
    if (head.index <= (this.#shelf.stored?.snapshot.index ?? 0)) throw new TypeError(`${head.index} is not the latest`);
    const data = join(kept);
    return this.#store({ snapshot: { ...head, sizeBytes: data.length, checksum: sum(data) }, data });
  }

  async *read(snapshot: Snapshot): AsyncGenerator<Uint8Array, void, undefined> {
    const stored = this.#find(snapshot);
    if (stored === undefined) throw new RaftError("CORRUPT", `snapshot ${snapshot.index} is gone`);
    for (let i = 0; i < stored.data.length; i += 1_000) yield stored.data.subarray(i, i + 1_000);
  }

  readChunk(snapshot: Snapshot, offsetBytes: number, maxBytes: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#find(snapshot)?.data.slice(offsetBytes, offsetBytes + maxBytes));
  }

  async receive(snapshot: Snapshot, offsetBytes: number, data: Uint8Array): Promise<number> {
    await Promise.resolve();
    if (this.#find(snapshot) !== undefined) return snapshot.sizeBytes;
    if (this.#staged === undefined || this.#staged.snapshot.index < snapshot.index) {
      this.#staged = { snapshot, chunks: [] };
    }
    const { chunks } = this.#staged;
    const have = chunks.reduce((bytes, chunk) => bytes + chunk.length, 0);
    if (offsetBytes !== have) return have;
    chunks.push(data);
    const next = offsetBytes + data.length;
    if (next === snapshot.sizeBytes) this.#store({ snapshot, data: join(chunks) });
    return next;
  }

  close(): Promise<void> {
    this.#gone = true;
    return Promise.resolve();
  }

  #find({ index, checksum }: Snapshot): Stored | undefined {
    const { stored } = this.#shelf;
    return stored?.snapshot.index === index && stored.snapshot.checksum === checksum ? stored : undefined;
  }

  #store(stored: Stored): Snapshot {
    if (this.#gone) throw new RaftError("CLOSED", "the snapshot store is closed");
    this.#shelf.stored = stored;
    return stored.snapshot;
  }
}
