import {
  type Entry,
  type FileLock,
  type FileSystem,
  type Logger,
  type Position,
  RaftError,
  type Storage,
  type StorageWrite,
  type StoredState,
  silentLogger,
  makeDurableDirectory,
} from "@quorate/raft-core";
import type { LogChange } from "./batch.ts";
import { storageFailed } from "./failures.ts";
import type { Identity } from "./format.ts";
import { GroupCommit } from "./group-commit.ts";
import { readEntries } from "./log-reader.ts";
import { LogWriter } from "./log-writer.ts";
import { type Outline, checkPosition } from "./outline.ts";
import { recover } from "./recovery.ts";

export interface FileStorageOptions {
  /** Made if it is not there. Belongs to this log alone; files with foreign names are left alone. */
  readonly directory: string;
  readonly fileSystem: FileSystem;
  /** Whose log this is. Opening another node's log, or another cluster's, fails with `WRONG_CLUSTER`. */
  readonly identity: Identity;
  readonly logger?: Logger | undefined;
  /** A segment is closed once it is this big; compaction deletes whole segments. 64 MiB by default. */
  readonly segmentBytes?: number | undefined;
}

const BARRIER: LogChange = { type: "append", write: { entries: [] } };

const SEGMENT_BYTES = 64 * 1024 * 1024;

/** A write-ahead log in files: entries and hard state in one sequence of records, one sync for all that was waiting. */
export class FileStorage implements Storage, AsyncDisposable {
  readonly #lock: FileLock;
  readonly #writer: LogWriter;
  readonly #commits: GroupCommit<LogChange>;
  /** The log as it will be once everything that was asked for is durable: what the next call is checked against. */
  readonly #accepted: Outline;
  #closed: Promise<void> | undefined;

  private constructor(lock: FileLock, writer: LogWriter, directory: string) {
    this.#lock = lock;
    this.#writer = writer;
    this.#commits = new GroupCommit(writer, directory);
    this.#accepted = writer.outline.clone();
  }

  /**
   * Locks the directory, reads the whole log once to verify it, and cuts what a crash left of its last write, with a
   * warning. Rejects with `LOCKED`, `WRONG_CLUSTER`, `CORRUPT` (nothing has been changed then) or `STORAGE_FAILED`.
   */
  static async open(options: FileStorageOptions): Promise<FileStorage> {
    const { directory, fileSystem, identity, logger = silentLogger, segmentBytes = SEGMENT_BYTES } = options;
    if (!(segmentBytes > 0)) throw new TypeError(`segmentBytes ${segmentBytes} is not above 0`);
    const place = { directory, fileSystem, identity, logger };
    let lock: FileLock | undefined;
    try {
      await makeDurableDirectory(fileSystem, directory);
      lock = await fileSystem.lock(`${directory}/LOCK`);
      const recovered = await recover(place);
      const writer =
        recovered === undefined
          ? await LogWriter.begin(place, segmentBytes)
          : new LogWriter(place, segmentBytes, recovered);
      return new FileStorage(lock, writer, directory);
    } catch (error) {
      await lock?.release();
      throw storageFailed(`opening the log in ${directory}`, error);
    }
  }

  async load(): Promise<StoredState> {
    this.#commits.check();
    return this.#writer.outline.state;
  }

  async append(write: StorageWrite): Promise<void> {
    this.#commits.check();
    this.#accepted.check(write);
    this.#accepted.apply(write);
    await this.#commits.submit({ type: "append", write });
  }

  async read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    this.#checkOpen();
    const { base, lastIndex } = this.#writer.outline;
    if (fromIndex <= base.index || fromIndex > lastIndex) return [];
    try {
      return await readEntries(this.#writer.index.extents(fromIndex, Math.min(toIndex, lastIndex)), maxBytes);
    } catch (error) {
      // Compacted, and its segment deleted, while it was being read.
      if (fromIndex <= this.#writer.outline.base.index) return [];
      throw storageFailed("reading the log", error);
    }
  }

  async compact(position: Position): Promise<void> {
    this.#commits.check();
    if (position.index <= this.#accepted.base.index) {
      await this.#commits.submit(BARRIER);
      return;
    }
    this.#accepted.checkCompact(position);
    this.#accepted.compact(position);
    await this.#commits.submit({ type: "compact", position });
  }

  async reset(position: Position): Promise<void> {
    this.#commits.check();
    checkPosition(position);
    this.#accepted.reset(position);
    await this.#commits.submit({ type: "reset", position });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new RaftError("CLOSED", "the log is closed");
  }

  async #close(): Promise<void> {
    await this.#commits.close();
    try {
      await this.#writer.close();
    } catch (error) {
      throw storageFailed("closing the log", error);
    } finally {
      await this.#lock.release();
    }
  }
}
