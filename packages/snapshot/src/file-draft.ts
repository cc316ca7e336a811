import {
  type FileHandle,
  type FileSystem,
  type Logger,
  RaftError,
  type Snapshot,
  type SnapshotHead,
} from "@quorate/raft-core";
import { crc32 } from "./crc32.ts";
import type { Draft } from "./medium.ts";
import { finishedName } from "./file-name.ts";
import { BLOCK_BYTES, encodeFoot, encodeHead } from "./snapshot-file.ts";

/** A finished snapshot in a file. */
export interface StoredInFile {
  readonly snapshot: Snapshot;
  readonly path: string;
  /** Where the data begins. */
  readonly dataOffset: number;
  readonly blockBytes: number;
  readonly blockChecksums: readonly number[];
}

export interface FileDraftOptions {
  readonly directory: string;
  readonly temporaryPath: string;
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
}

/** Writes a snapshot under a temporary name, a block at a time, and gives it its own name once it is durable (P40). */
export class FileDraft implements Draft<StoredInFile> {
  readonly #options: FileDraftOptions;
  readonly #file: FileHandle;
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #blockChecksums: number[] = [];
  readonly #headBytes: number;
  readonly #headChecksum: number;
  #blockUsed = 0;
  #fileBytes: number;
  #open = true;
  /** What the file is called at the moment; undefined where it is gone or is no draft any more. */
  #path: string | undefined;
  sizeBytes = 0;
  checksum = 0;

  private constructor(options: FileDraftOptions, file: FileHandle, head: Uint8Array) {
    this.#options = options;
    this.#file = file;
    this.#path = options.temporaryPath;
    this.#headBytes = head.length;
    this.#headChecksum = new DataView(head.buffer).getUint32(head.length - 4, true);
    this.#fileBytes = head.length;
  }

  static async begin(head: SnapshotHead, options: FileDraftOptions): Promise<FileDraft> {
    const bytes = encodeHead(head);
    const path = options.temporaryPath;
    const file = await orFailed(`create ${path}`, () => options.fileSystem.open(path, "create"));
    const draft = new FileDraft(options, file, bytes);
    try {
      await orFailed(`write ${path}`, () => file.write([bytes], 0));
      return draft;
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const part = rest.subarray(0, BLOCK_BYTES - this.#blockUsed);
      this.#block.set(part, this.#blockUsed);
      this.#blockUsed += part.length;
      rest = rest.subarray(part.length);
      if (this.#blockUsed === BLOCK_BYTES) await this.#flush();
    }
    this.checksum = crc32(bytes, this.checksum);
    this.sizeBytes += bytes.length;
  }

  async publish(snapshot: Snapshot): Promise<StoredInFile> {
    const { directory, fileSystem, temporaryPath } = this.#options;
    if (this.#blockUsed > 0) await this.#flush();
    const tail = { dataBytes: this.sizeBytes, checksum: this.checksum };
    const foot = encodeFoot(this.#blockChecksums, tail, this.#headChecksum);
    const path = `${directory}/${finishedName(snapshot)}`;
    await orFailed(`finish ${temporaryPath}`, async () => {
      await this.#file.write([foot], this.#fileBytes);
      await this.#file.sync();
      await this.#close();
      await fileSystem.rename(temporaryPath, path);
      this.#path = path;
      await fileSystem.syncDirectory(directory);
    });
    this.#path = undefined;
    const { blockBytes, blockChecksums } = { blockBytes: BLOCK_BYTES, blockChecksums: this.#blockChecksums };
    return { snapshot, path, dataOffset: this.#headBytes, blockBytes, blockChecksums };
  }

  async discard(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    try {
      await this.#close();
      if (path !== undefined) await this.#options.fileSystem.remove(path);
    } catch (error) {
      this.#options.logger.warn("an unfinished snapshot could not be removed", { path, error });
    }
  }

  async #flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#blockUsed);
    await orFailed(`write ${this.#options.temporaryPath}`, () => this.#file.write([block], this.#fileBytes));
    this.#blockChecksums.push(crc32(block));
    this.#fileBytes += block.length;
    this.#blockUsed = 0;
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }
}

/** What the file system refuses is `STORAGE_FAILED`: what was stored before is intact, and another try is allowed. */
export async function orFailed<T>(what: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    if (cause instanceof RaftError) throw cause;
    const isFull = cause instanceof Error && "code" in cause && (cause.code === "ENOSPC" || cause.code === "EDQUOT");
    const remedy = isFull ? "; make room there" : "";
    throw new RaftError("STORAGE_FAILED", `could not ${what}: ${String(cause)}${remedy}`, { cause });
  }
}
