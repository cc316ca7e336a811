import { type Logger, silentLogger } from "@quorate/raft-core";
import { FileSnapshotStore, MemorySnapshotStore } from "@quorate/snapshot";
import { FileStorage } from "@quorate/storage-file";
import { type DiskCall, MemoryFileSystem } from "@quorate/testing";
import { type Disk, perform, script } from "./script.ts";

/** A few writes fill a segment. */
const SEGMENT_BYTES = 700;

export async function openDisk(
  fileSystem: MemoryFileSystem,
  logger: Logger = silentLogger,
): Promise<Disk & AsyncDisposable> {
  const identity = { clusterId: "c1", nodeId: "n1" };
  const log = { directory: "n1/log", fileSystem, identity, segmentBytes: SEGMENT_BYTES, logger };
  const storage = await FileStorage.open(log);
  try {
    const snapshots = await FileSnapshotStore.open({ directory: "n1/snapshots", fileSystem, logger });
    const close = async (): Promise<void> => {
      await Promise.all([storage.close(), snapshots.close()]);
    };
    return { storage, snapshots, [Symbol.asyncDispose]: close };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

export interface RecordedLife {
  readonly calls: readonly DiskCall[];
  /** How many steps are done, all of their promises kept, when so many calls have been made. */
  stepsDone(callCount: number): number;
}

/** The script, from an empty disk to a closed one. */
export async function recordLife(): Promise<RecordedLife> {
  const fileSystem = new MemoryFileSystem();
  const doneAt: number[] = [];
  const peer = await MemorySnapshotStore.open();
  {
    await using disk = await openDisk(fileSystem);
    for (const step of script) {
      await perform(disk, step, peer);
      doneAt.push(fileSystem.calls.length);
    }
  }
  await peer.close();
  return { calls: fileSystem.calls, stepsDone: (callCount) => doneAt.filter((at) => at <= callCount).length };
}
