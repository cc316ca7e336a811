import type { Snapshot, SnapshotHead, SnapshotStore } from "@quorate/raft-core";
import type { NodeObserver } from "./node-observer.ts";

/** The snapshot store of one life of a node, watched. */
export class ObservedSnapshots implements SnapshotStore {
  readonly #inner: SnapshotStore;
  readonly #observer: NodeObserver;

  constructor(inner: SnapshotStore, observer: NodeObserver) {
    this.#inner = inner;
    this.#observer = observer;
  }

  async latest(): Promise<Snapshot | undefined> {
    const snapshot = await this.#inner.latest();
    this.#observer.foundSnapshot(snapshot?.index ?? 0);
    return snapshot;
  }

  async save(head: SnapshotHead, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Snapshot> {
    const snapshot = await this.#inner.save(head, chunks);
    this.#observer.storedSnapshot(snapshot.index);
    return snapshot;
  }

  read(snapshot: Snapshot): AsyncIterable<Uint8Array> {
    return this.#inner.read(snapshot);
  }

  readChunk(snapshot: Snapshot, offsetBytes: number, maxBytes: number): Promise<Uint8Array | undefined> {
    return this.#inner.readChunk(snapshot, offsetBytes, maxBytes);
  }

  async receive(snapshot: Snapshot, offsetBytes: number, data: Uint8Array): Promise<number> {
    const nextOffsetBytes = await this.#inner.receive(snapshot, offsetBytes, data);
    if (nextOffsetBytes === snapshot.sizeBytes) this.#observer.storedSnapshot(snapshot.index);
    return nextOffsetBytes;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
