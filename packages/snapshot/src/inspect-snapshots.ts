import { type FileHandle, type FileSystem, RaftError, type Snapshot } from "@quorate/raft-core";
import { crc32 } from "./crc32.ts";
import { type StoredInFile, orFailed } from "./file-draft.ts";
import { REMEDY, corrupt, inspect } from "./file-medium.ts";
import { finishedName, isFinished, isTemporary } from "./file-name.ts";
import { Damage } from "./snapshot-file.ts";

/** A file of a snapshot store: what it holds, or why it cannot be used. */
export interface SnapshotReport {
  readonly file: string;
  /** Undefined where what describes it is damaged, and for what was never finished. */
  readonly snapshot: Snapshot | undefined;
  /** Left behind by a save or a transfer that was interrupted; removed at the next open. */
  readonly isUnfinished: boolean;
  readonly damage: SnapshotDamage | undefined;
}

export interface SnapshotDamage {
  readonly offsetBytes: number;
  readonly reason: string;
  /** What can be done if this is the latest one: no older one can take its place, as the log may not reach back to it. */
  readonly remedy: string;
}

export interface InspectSnapshotsOptions {
  readonly directory: string;
  readonly fileSystem: Pick<FileSystem, "list" | "open">;
  /** Leaves out the latest finished one, which a node reads to its end when it starts. Default: false. */
  readonly skipLatest?: boolean;
  /** An `AbortSignal`, which is no part of the language. It ends the reading at the next block: that rejects with the reason. */
  readonly signal?: { throwIfAborted(): void };
}

/**
 * Verifies every byte of every snapshot of a directory, the latest last. Writes nothing and takes no lock: beside a store
 * that is open, what that has removed meanwhile is left out. Rejects with `STORAGE_FAILED` where a file cannot be read.
 */
export async function inspectSnapshots(options: InspectSnapshotsOptions): Promise<readonly SnapshotReport[]> {
  const { directory, fileSystem, skipLatest = false } = options;
  const names = await orFailed(`list ${directory}`, () => fileSystem.list(directory));
  const latest = names.filter(isFinished).toSorted().at(-1);
  const reports: SnapshotReport[] = [];
  for (const name of names) {
    const file = `${directory}/${name}`;
    if (isTemporary(name)) reports.push({ file, snapshot: undefined, isUnfinished: true, damage: undefined });
    if (!isFinished(name) || (skipLatest && name === latest)) continue;
    const report = await unlessRemoved(options, name, () => look(options, file, name));
    if (report !== undefined) reports.push(report);
  }
  return reports;
}

async function unlessRemoved<T>(
  { directory, fileSystem }: InspectSnapshotsOptions,
  name: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    const names = await orFailed(`list ${directory}`, () => fileSystem.list(directory));
    if (names.includes(name)) throw error;
    return undefined;
  }
}

async function look(options: InspectSnapshotsOptions, file: string, name: string): Promise<SnapshotReport> {
  const { fileSystem, signal } = options;
  let snapshot: Snapshot | undefined;
  try {
    const stored = await inspect(fileSystem, file);
    ({ snapshot } = stored);
    if (name !== finishedName(snapshot)) throw corrupt(file, 0, "its name is another snapshot's");
    await verify(fileSystem, stored, signal);
    return { file, snapshot, isUnfinished: false, damage: undefined };
  } catch (error) {
    if (!(error instanceof RaftError) || error.code !== "CORRUPT") throw error;
    return { file, snapshot, isUnfinished: false, damage: damageIn(error) };
  }
}

function damageIn({ cause, message }: RaftError): SnapshotDamage {
  const { at, message: reason } = cause instanceof Damage ? cause : { at: 0, message };
  return { offsetBytes: at, reason, remedy: REMEDY };
}

/** Reads all data, a block at a time. */
async function verify(
  fileSystem: Pick<FileSystem, "open">,
  stored: StoredInFile,
  signal: InspectSnapshotsOptions["signal"],
): Promise<void> {
  const { path, dataOffset, blockBytes, blockChecksums, snapshot } = stored;
  const file = await orFailed(`open ${path}`, () => fileSystem.open(path, "read"));
  try {
    let checksum = 0;
    for (const [number, expected] of blockChecksums.entries()) {
      signal?.throwIfAborted();
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
