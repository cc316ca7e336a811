import type { FileHandle, FileSystem } from "@quorate/raft-core";

/** `fileSystem`, where `synced` is told how long each `sync` took that has succeeded. */
export function measuredFileSystem(fileSystem: FileSystem, synced: (ms: number) => void): FileSystem {
  return {
    makeDirectory: (path) => fileSystem.makeDirectory(path),
    list: (path) => fileSystem.list(path),
    open: async (path, mode) => measured(await fileSystem.open(path, mode), synced),
    rename: (from, to) => fileSystem.rename(from, to),
    remove: (path) => fileSystem.remove(path),
    syncDirectory: (path) => fileSystem.syncDirectory(path),
    lock: (path) => fileSystem.lock(path),
  };
}

function measured(handle: FileHandle, synced: (ms: number) => void): FileHandle {
  return {
    sizeBytes: () => handle.sizeBytes(),
    read: (target, offsetBytes) => handle.read(target, offsetBytes),
    write: (chunks, offsetBytes) => handle.write(chunks, offsetBytes),
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    sync: async () => {
      const startMs = performance.now();
      await handle.sync();
      synced(performance.now() - startMs);
    },
    close: () => handle.close(),
  };
}
