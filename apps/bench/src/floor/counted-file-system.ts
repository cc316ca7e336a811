import type { FileHandle, FileSystem } from "@quorate/raft-core";

/** Passes everything on, and calls `synced` for every file that has become durable. */
export function countedFileSystem(inner: FileSystem, synced: () => void): FileSystem {
  return {
    makeDirectory: (path) => inner.makeDirectory(path),
    list: (path) => inner.list(path),
    open: async (path, mode) => countedHandle(await inner.open(path, mode), synced),
    rename: (from, to) => inner.rename(from, to),
    remove: (path) => inner.remove(path),
    syncDirectory: (path) => inner.syncDirectory(path),
    lock: (path) => inner.lock(path),
  };
}

function countedHandle(inner: FileHandle, synced: () => void): FileHandle {
  return {
    sizeBytes: () => inner.sizeBytes(),
    read: (target, offsetBytes) => inner.read(target, offsetBytes),
    write: (chunks, offsetBytes) => inner.write(chunks, offsetBytes),
    truncate: (sizeBytes) => inner.truncate(sizeBytes),
    sync: async () => {
      await inner.sync();
      synced();
    },
    close: () => inner.close(),
  };
}
