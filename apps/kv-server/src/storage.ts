import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { RaftError } from "@quorate/raft-core";
import type { Logger } from "@quorate/raft-core";
import { FileSnapshotStore } from "@quorate/snapshot";
import { FileStorage } from "@quorate/storage-file";
import type { Config } from "./config/schema.ts";
import { measuredFileSystem } from "./measure/measured-file-system.ts";

export interface DataDirectory {
  readonly storage: FileStorage;
  readonly snapshots: FileSnapshotStore;
}

export interface DataOptions {
  readonly clusterId: string;
  readonly logger: Logger;
  /** Told of every time that the log was made durable, and how long that took. */
  readonly synced: (ms: number) => void;
}

/** Opens what a node keeps on disk: `log/` and `snapshots/`. Rejects with an error whose message is for the operator. */
export async function openData(
  config: Pick<Config, "data" | "id" | "segmentBytes">,
  { clusterId, logger, synced }: DataOptions,
): Promise<DataDirectory> {
  const storage = await explained(config.data, () =>
    FileStorage.open({
      directory: join(config.data, "log"),
      fileSystem: measuredFileSystem(nodeFileSystem, synced),
      identity: { clusterId, nodeId: config.id },
      logger,
      segmentBytes: config.segmentBytes,
    }),
  );
  try {
    const directory = join(config.data, "snapshots");
    const snapshots = await explained(config.data, () =>
      FileSnapshotStore.open({ directory, fileSystem: nodeFileSystem, logger }),
    );
    return { storage, snapshots };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** As much as the log is written ahead; with less a write may fail at any time, and that ends the node. */
const roomBytesMin = 1024 * 1024;

/** Resolves if a file can be written where the log is, and there is room for the log to grow. */
export async function probeData(directory: string, stat: typeof statfs = statfs): Promise<void> {
  const { bavail, blocks, bsize } = await stat(directory);
  const leftBytes = bavail * bsize;
  // A file system that does not know its size says that it has none.
  if (blocks > 0 && leftBytes < roomBytesMin) {
    throw new Error(
      `there are only ${leftBytes} bytes left for the data directory ${directory}; remedy: make room there`,
    );
  }
  const path = join(directory, ".probe");
  await writeFile(path, "this node can write here\n");
  await rm(path, { force: true });
}

/** Names the directory in what goes wrong with it. */
export async function explained<T>(directory: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof RaftError && error.code !== "STORAGE_FAILED") throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot use the data directory ${directory}: ${reason}`, { cause: error });
  }
}
