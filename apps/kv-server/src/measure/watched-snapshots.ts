import type { Position, SnapshotStore } from "@quorate/raft-core";

/** `store`, where `begun` is told of the snapshot with which the node begins. */
export function watchedSnapshots(store: SnapshotStore, begun: (position: Position) => void): SnapshotStore {
  return {
    latest: async () => {
      const snapshot = await store.latest();
      if (snapshot !== undefined) begun(snapshot);
      return snapshot;
    },
    save: (head, chunks) => store.save(head, chunks),
    read: (snapshot) => store.read(snapshot),
    readChunk: (snapshot, offsetBytes, maxBytes) => store.readChunk(snapshot, offsetBytes, maxBytes),
    receive: (snapshot, offsetBytes, data) => store.receive(snapshot, offsetBytes, data),
    close: () => store.close(),
  };
}
