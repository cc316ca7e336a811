import { RaftError } from "@quorate/raft-core";
import type { Position, SnapshotStore } from "@quorate/raft-core";

export interface SnapshotWatcher {
  /** The snapshot with which the node begins. */
  begun(position: Position): void;
  /** One could not be stored; the node goes on without it. */
  failed(error: RaftError): void;
}

/** `store`, watched. */
export function watchedSnapshots(store: SnapshotStore, watcher: SnapshotWatcher): SnapshotStore {
  const stored = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      // Other errors are the node's own, which has given this snapshot up.
      if (error instanceof RaftError && error.code !== "CLOSED") watcher.failed(error);
      throw error;
    }
  };
  return {
    latest: async () => {
      const snapshot = await store.latest();
      if (snapshot !== undefined) watcher.begun(snapshot);
      return snapshot;
    },
    save: (head, chunks) => stored(store.save(head, chunks)),
    read: (snapshot) => store.read(snapshot),
    readChunk: (snapshot, offsetBytes, maxBytes) => store.readChunk(snapshot, offsetBytes, maxBytes),
    receive: (snapshot, offsetBytes, data) => stored(store.receive(snapshot, offsetBytes, data)),
    close: () => store.close(),
  };
}
