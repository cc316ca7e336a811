import { type FileSystem, type Logger, RaftError, silentLogger, makeDurableDirectory } from "@quorate/raft-core";
import { checkInteger } from "./arguments.ts";
import { Catalogue } from "./catalogue.ts";
import { type StoredInFile, orFailed } from "./file-draft.ts";
import { FileMedium, corrupt, inspect } from "./file-medium.ts";
import { finishedName, isFinished, isTemporary } from "./file-name.ts";
import { MediumSnapshotStore } from "./medium-snapshot-store.ts";

export interface FileSnapshotStoreOptions {
  /** Is created where it is missing. May hold other files: only those that a snapshot store names are touched. */
  readonly directory: string;
  readonly fileSystem: FileSystem;
  readonly logger?: Logger;
  /** How many finished snapshots are kept. Default: 2. */
  readonly keep?: number;
  /** What `read` yields at a time, and the most that `readChunk` gives. Default: 1 MiB. */
  readonly chunkBytes?: number;
}

const LOCK = "snapshots.lock";

/**
 * Snapshots in the files of one directory. `open` throws `CORRUPT` if the latest one is damaged in what describes it,
 * and `read` and `readChunk` do at the first damaged block; an older one is never taken for it. A damaged older one is
 * of no use to anyone and is left out with a warning.
 */
export class FileSnapshotStore extends MediumSnapshotStore<StoredInFile> {
  static async open(options: FileSnapshotStoreOptions): Promise<FileSnapshotStore> {
    const { directory, fileSystem, logger = silentLogger, keep = 2, chunkBytes = 1024 * 1024 } = options;
    checkInteger("chunkBytes", chunkBytes, 1);
    const catalogue = new Catalogue<StoredInFile>(keep);
    await orFailed(`create ${directory}`, () => makeDurableDirectory(fileSystem, directory));
    const lock = await orFailed(`lock ${directory}`, () => fileSystem.lock(`${directory}/${LOCK}`));
    const medium = new FileMedium({ directory, fileSystem, logger, lock });
    try {
      await recover({ ...options, logger }, medium, catalogue);
    } catch (error) {
      await medium.close();
      throw error;
    }
    return new FileSnapshotStore(medium, catalogue, logger, chunkBytes);
  }
}

type RecoveryOptions = FileSnapshotStoreOptions & { readonly logger: Logger };

/** Fills the catalogue with what is there, and removes what an interruption left and what is not to be kept. */
async function recover(
  options: RecoveryOptions,
  medium: FileMedium,
  catalogue: Catalogue<StoredInFile>,
): Promise<void> {
  const { directory, fileSystem, logger } = options;
  const names = await orFailed(`list ${directory}`, () => fileSystem.list(directory));
  for (const name of names.filter(isTemporary)) {
    logger.warn("an unfinished snapshot was removed", { path: `${directory}/${name}` });
    await orFailed(`remove ${name}`, () => fileSystem.remove(`${directory}/${name}`));
  }
  // What an earlier life renamed may stand in the cache alone: before it is believed, it must be there for good.
  await orFailed(`sync ${directory}`, () => fileSystem.syncDirectory(directory));
  const finished = names.filter(isFinished).toSorted();
  for (const [i, name] of finished.entries()) {
    const stored = await inspectOrSkip(options, name, i === finished.length - 1);
    if (stored !== undefined) catalogue.add(stored.snapshot, stored);
  }
  for (const stored of catalogue.drop()) await orFailed(`remove ${stored.path}`, () => medium.remove(stored));
}

async function inspectOrSkip(
  { directory, fileSystem, logger }: RecoveryOptions,
  name: string,
  isLatest: boolean,
): Promise<StoredInFile | undefined> {
  try {
    const stored = await inspect(fileSystem, `${directory}/${name}`);
    if (finishedName(stored.snapshot) !== name) throw corrupt(stored.path, 0, "its name is another snapshot's");
    return stored;
  } catch (error) {
    if (isLatest) throw error;
    const path = `${directory}/${name}`;
    // What the error itself advises is meant for the latest one.
    const reason = error instanceof RaftError && error.cause instanceof Error ? error.cause.message : String(error);
    const remedy = "nothing needs it: delete it, and look after the disk, which loses what it was given";
    logger.warn("a damaged snapshot was left out, as there is a later one", { path, reason, remedy });
    return undefined;
  }
}
