import { RaftError, type Snapshot, silentLogger } from "@quorate/raft-core";
import { Catalogue } from "./catalogue.ts";
import { crc32 } from "./crc32.ts";
import type { Draft, Medium } from "./medium.ts";
import { MediumSnapshotStore } from "./medium-snapshot-store.ts";

export interface MemorySnapshotStoreOptions {
  /** How many finished snapshots are kept. Default: 2. */
  readonly keep?: number;
}

interface StoredInMemory {
  readonly snapshot: Snapshot;
  readonly chunks: readonly Uint8Array[];
}

interface Contents {
  readonly finished: Set<StoredInMemory>;
  isLost: boolean;
}

const CHUNK_BYTES = 1024 * 1024;

/** Snapshots that live as long as the process: for tests, for simulations and for nodes that keep nothing. */
export class MemorySnapshotStore extends MediumSnapshotStore<StoredInMemory> {
  readonly #contents: Contents;
  readonly #keep: number;

  private constructor(finished: Iterable<StoredInMemory>, keep: number) {
    const contents = { finished: new Set(finished), isLost: false };
    const catalogue = new Catalogue<StoredInMemory>(keep);
    for (const stored of contents.finished) catalogue.add(stored.snapshot, stored);
    super(new MemoryMedium(contents), catalogue, silentLogger, CHUNK_BYTES);
    this.#contents = contents;
    this.#keep = keep;
  }

  /** An empty store. */
  static async open(options: MemorySnapshotStoreOptions = {}): Promise<MemorySnapshotStore> {
    return new MemorySnapshotStore([], options.keep ?? 2);
  }

  /**
   * Ends this store at once and gives one that holds what was finished, which is all that a restarted node would find.
   * What had not resolved rejects with `CLOSED`. After `close` it is how to open again.
   */
  crash(): MemorySnapshotStore {
    this.#contents.isLost = true;
    this.refuse();
    return new MemorySnapshotStore(this.#contents.finished, this.#keep);
  }
}

class MemoryMedium implements Medium<StoredInMemory> {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  async begin(): Promise<Draft<StoredInMemory>> {
    return new MemoryDraft(this.#contents);
  }

  async read(stored: StoredInMemory, offsetBytes: number, maxBytes: number): Promise<Uint8Array> {
    const target = new Uint8Array(Math.min(maxBytes, stored.snapshot.sizeBytes - offsetBytes));
    let chunkStart = 0;
    for (const chunk of stored.chunks) {
      const [from, to] = [
        Math.max(offsetBytes, chunkStart),
        Math.min(offsetBytes + target.length, chunkStart + chunk.length),
      ];
      if (from < to) target.set(chunk.subarray(from - chunkStart, to - chunkStart), from - offsetBytes);
      chunkStart += chunk.length;
    }
    return target;
  }

  async remove(stored: StoredInMemory): Promise<void> {
    this.#contents.finished.delete(stored);
  }

  async close(): Promise<void> {}
}

class MemoryDraft implements Draft<StoredInMemory> {
  readonly #contents: Contents;
  readonly #chunks: Uint8Array[] = [];
  sizeBytes = 0;
  checksum = 0;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(new Uint8Array(bytes));
    this.sizeBytes += bytes.length;
    this.checksum = crc32(bytes, this.checksum);
  }

  async publish(snapshot: Snapshot): Promise<StoredInMemory> {
    if (this.#contents.isLost) throw new RaftError("CLOSED", "the snapshot store is closed");
    const stored = { snapshot, chunks: this.#chunks };
    this.#contents.finished.add(stored);
    return stored;
  }

  async discard(): Promise<void> {
    this.#chunks.length = 0;
  }
}
