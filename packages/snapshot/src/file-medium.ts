import {
  type FileHandle,
  type FileLock,
  type FileSystem,
  type Logger,
  RaftError,
  type SnapshotHead,
} from "@quorate/raft-core";
import { crc32 } from "./crc32.ts";
import { FileDraft, type StoredInFile, orFailed } from "./file-draft.ts";
import { temporaryName } from "./file-name.ts";
import type { Medium } from "./medium.ts";
import { Damage, HEAD_FIXED_BYTES, TAIL_BYTES, decodeFoot, decodeHead, headLength, peekTail } from "./snapshot-file.ts";

export interface FileMediumOptions {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
  readonly lock: FileLock;
}

export class FileMedium implements Medium<StoredInFile> {
  readonly #options: FileMediumOptions;
  #serial = 0;

  constructor(options: FileMediumOptions) {
    this.#options = options;
  }

  begin(head: SnapshotHead): Promise<FileDraft> {
    const { directory } = this.#options;
    const temporaryPath = `${directory}/${temporaryName(head.index, head.term, this.#serial++)}`;
    return FileDraft.begin(head, { ...this.#options, temporaryPath });
  }

  /** Reads whole blocks, so that each is checked before any of it is given out. */
  async read(stored: StoredInFile, offsetBytes: number, maxBytes: number): Promise<Uint8Array> {
    const { blockBytes, path, snapshot } = stored;
    const firstBlock = Math.floor(offsetBytes / blockBytes);
    const start = firstBlock * blockBytes;
    const end = Math.min(offsetBytes + maxBytes, snapshot.sizeBytes);
    const wholeEnd = Math.min(Math.ceil(end / blockBytes) * blockBytes, snapshot.sizeBytes);
    const bytes = await withFile(this.#options.fileSystem, path, (file) =>
      readAt(file, stored.dataOffset + start, wholeEnd - start),
    );
    for (let at = 0, block = firstBlock; at < wholeEnd - start; at += blockBytes, block++) {
      if (crc32(bytes.subarray(at, at + blockBytes)) !== stored.blockChecksums[block]) {
        throw corrupt(path, stored.dataOffset + start + at, "the checksum of a block does not match");
      }
    }
    return bytes.subarray(offsetBytes - start, end - start);
  }

  async remove(stored: StoredInFile): Promise<void> {
    await this.#options.fileSystem.remove(stored.path);
  }

  close(): Promise<void> {
    return this.#options.lock.release();
  }
}

/** Checks everything of a finished snapshot but its data, which is checked whenever it is read. */
export function inspect(fileSystem: Pick<FileSystem, "open">, path: string): Promise<StoredInFile> {
  return withFile(fileSystem, path, async (file) => {
    const fileBytes = await file.sizeBytes();
    const head = await placed(path, 0, async () => {
      const length = headLength(await readAt(file, 0, HEAD_FIXED_BYTES));
      return decodeHead(await readAt(file, 0, length));
    });
    const tailAt = fileBytes - TAIL_BYTES;
    const tail = await placed(path, tailAt, async () => peekTail(await readAt(file, Math.max(tailAt, 0), TAIL_BYTES)));
    const footAt = head.sizeBytes + tail.dataBytes;
    const footBytes = Math.ceil(tail.dataBytes / head.blockBytes) * 4 + TAIL_BYTES;
    if (footAt + footBytes !== fileBytes) {
      throw corrupt(path, fileBytes, `the file has ${fileBytes} bytes, not ${footAt + footBytes}`);
    }
    const foot = await readAt(file, footAt, footBytes);
    const blockChecksums = await placed(path, footAt, async () => decodeFoot(foot, head.checksum));
    const snapshot = { ...head.head, sizeBytes: tail.dataBytes, checksum: tail.checksum };
    return { snapshot, path, dataOffset: head.sizeBytes, blockBytes: head.blockBytes, blockChecksums };
  });
}

async function withFile<T>(
  fileSystem: Pick<FileSystem, "open">,
  path: string,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  return orFailed(`read ${path}`, async () => {
    const file = await fileSystem.open(path, "read");
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  });
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const read = await file.read(bytes, offset);
  return bytes.subarray(0, read);
}

/** Says of damage where in which file it is. */
async function placed<T>(path: string, offset: number, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    throw error instanceof Damage ? corrupt(path, offset + error.at, error.message) : error;
  }
}

export function corrupt(path: string, offset: number, reason: string): RaftError {
  const remedy =
    "No older snapshot is used in its place, as the log may not reach back to it. Put an intact copy of the file " +
    "back, or remove this node from the cluster and add it again with a new id and empty directories";
  return new RaftError("CORRUPT", `${path} is damaged at byte ${offset}: ${reason}. ${remedy}`);
}
