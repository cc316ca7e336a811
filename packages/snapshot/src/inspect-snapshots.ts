import { type FileHandle, type FileSystem, RaftError, type Snapshot } from "@quorate/raft-core";
import { crc32 } from "./crc32.ts";
import { type StoredInFile, orFailed } from "./file-draft.ts";
import { corrupt, inspect } from "./file-medium.ts";
import { finishedName, isFinished, isTemporary } from "./file-name.ts";

/** A file of a snapshot store: what it holds, or why it cannot be used. */
export interface SnapshotReport {
  readonly file: string;
  /** Undefined where what describes it is damaged, and for what was never finished. */
  readonly snapshot: Snapshot | undefined;
  /** Left behind by a save or a transfer that was interrupted; removed at the next open. */
  readonly isUnfinished: boolean;
  /** Names file and offset, and says what can be done. */
  readonly damage: string | undefined;
}

export interface InspectSnapshotsOptions {
  readonly directory: string;
  readonly fileSystem: Pick<FileSystem, "list" | "open">;
}

/**
 * Verifies every byte of every snapshot of a directory, the latest last. Writes nothing and takes no lock. Rejects with
 * `STORAGE_FAILED` where a file cannot be read.
 */
export async function inspectSnapshots(options: InspectSnapshotsOptions): Promise<readonly SnapshotReport[]> {
  const { directory, fileSystem } = options;
  const names = await orFailed(`list ${directory}`, () => fileSystem.list(directory));
  const reports: SnapshotReport[] = [];
  for (const name of names) {
    const file = `${directory}/${name}`;
    if (isTemporary(name)) reports.push({ file, snapshot: undefined, isUnfinished: true, damage: undefined });
    if (isFinished(name)) reports.push(await look(fileSystem, file, name));
  }
  return reports;
}

async function look(fileSystem: Pick<FileSystem, "open">, file: string, name: string): Promise<SnapshotReport> {
  let snapshot: Snapshot | undefined;
  try {
    const stored = await inspect(fileSystem, file);
    ({ snapshot } = stored);
    if (name !== finishedName(snapshot)) throw corrupt(file, 0, "its name is another snapshot's");
    await verify(fileSystem, stored);
    return { file, snapshot, isUnfinished: false, damage: undefined };
  } catch (error) {
    if (!(error instanceof RaftError) || error.code !== "CORRUPT") throw error;
    return { file, snapshot, isUnfinished: false, damage: error.message };
  }
}

/** Reads all data, a block at a time. */
async function verify(fileSystem: Pick<FileSystem, "open">, stored: StoredInFile): Promise<void> {
  const { path, dataOffset, blockBytes, blockChecksums, snapshot } = stored;
  const file = await orFailed(`open ${path}`, () => fileSystem.open(path, "read"));
  try {
    let checksum = 0;
    for (const [number, expected] of blockChecksums.entries()) {
      const offset = dataOffset + number * blockBytes;
      const block = await readBlock(file, offset, Math.min(blockBytes, snapshot.sizeBytes - number * blockBytes));
      if (crc32(block) !== expected) throw corrupt(path, offset, "the checksum of a block does not match");
      checksum = crc32(block, checksum);
    }
    if (checksum !== snapshot.checksum) throw corrupt(path, dataOffset, "the checksum of the data does not match");
  } finally {
    await file.close();
  }
}

async function readBlock(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const block = new Uint8Array(length);
  return block.subarray(0, await file.read(block, offset));
}
