/**
 * The part of a file system that durable adapters stand on, small enough to be simulated with all its ways to fail.
 * Paths are joined with "/". Every method rejects with an `Error` whose `code` is the POSIX name (`ENOENT`, `EEXIST`,
 * `ENOSPC`, `EIO`, …) where the file system refuses.
 *
 * What is durable when: a file's content and length after `sync`; its existence under a name after `syncDirectory` on
 * the directory that holds the name. Nothing else promises anything, and after a crash any part of what was not synced
 * may be there.
 */
export interface FileSystem {
  /** Creates the directory and those above it; one that is there is no error. */
  makeDirectory(path: string): Promise<void>;

  /** The names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>;

  /**
   * `read`: an existing file, for reading. `write`: an existing file, for reading and writing. `create`: a new file,
   * for reading and writing; `EEXIST` where the name is taken.
   */
  open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle>;

  /** Atomically gives a file another name, replacing what had that name. */
  rename(from: string, to: string): Promise<void>;

  remove(path: string): Promise<void>;

  /** Makes the names in a directory durable. Where the platform cannot, it resolves. */
  syncDirectory(path: string): Promise<void>;

  /**
   * Takes the lock that `path` names, for this process and until `release` or the process's end, however it ends.
   * Rejects with a `RaftError` `LOCKED` that names the holder where another process, or this one, holds it.
   */
  lock(path: string): Promise<FileLock>;
}

export interface FileLock {
  release(): Promise<void>;
}

/** Calls on one handle take effect in the order in which they are made. */
export interface FileHandle {
  sizeBytes(): Promise<number>;

  /** Fills `target` from `offsetBytes` on and resolves with how many bytes there were, fewer only at the end of the file. */
  read(target: Uint8Array, offsetBytes: number): Promise<number>;

  /** Writes all of the chunks, one after the other, from `offsetBytes` on. The caller does not change them meanwhile. */
  write(chunks: readonly Uint8Array[], offsetBytes: number): Promise<void>;

  /** Cuts the file, or lengthens it with zeros. */
  truncate(sizeBytes: number): Promise<void>;

  /** Makes content and length durable (`fdatasync`). */
  sync(): Promise<void>;

  close(): Promise<void>;
}
