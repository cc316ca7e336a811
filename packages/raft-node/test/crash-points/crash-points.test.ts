import { createHash } from "node:crypto";
import { silentLogger } from "@quorate/raft-core";
import { FileSnapshotStore, MemorySnapshotStore } from "@quorate/snapshot";
import { FileStorage } from "@quorate/storage-file";
import { type DiskCall, type DiskImage, MemoryFileSystem, crashImages } from "@quorate/testing";
import { expect, test } from "vitest";
import { allowedAfter, contentOf, shown } from "./model.ts";
import { type Disk, perform, script } from "./script.ts";

const SEGMENT_BYTES = 700;

async function openDisk(fileSystem: MemoryFileSystem): Promise<Disk & AsyncDisposable> {
  const identity = { clusterId: "c1", nodeId: "n1" };
  const storage = await FileStorage.open({ directory: "n1/log", fileSystem, identity, segmentBytes: SEGMENT_BYTES });
  try {
    const snapshots = await FileSnapshotStore.open({ directory: "n1/snapshots", fileSystem, logger: silentLogger });
    return {
      storage,
      snapshots,
      [Symbol.asyncDispose]: async () => {
        await Promise.all([storage.close(), snapshots.close()]);
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

interface Recording {
  readonly calls: readonly DiskCall[];
  /** How many calls had been made when each step was done. */
  readonly doneAt: readonly number[];
}

async function record(): Promise<Recording> {
  const fileSystem = new MemoryFileSystem();
  const doneAt: number[] = [];
  {
    await using disk = await openDisk(fileSystem);
    const other = { ...disk, snapshots: await MemorySnapshotStore.open() };
    for (const step of script) {
      await perform(disk, step, other);
      doneAt.push(fileSystem.calls.length);
    }
  }
  return { calls: fileSystem.calls, doneAt };
}

function digestOf(image: DiskImage): string {
  const hash = createHash("sha1");
  for (const [path, content] of image) hash.update(path).update("\0").update(content ?? "/").update("\0");
  return hash.digest("base64");
}

test("F09", { timeout: 120_000 }, async () => {
  const { calls, doneAt } = await record();
  const allowed = allowedAfter.map((contents) => new Set(contents.map(shown)));
  const found = new Map<string, string>();
  let images = 0;
  const t0 = performance.now();
  const bad = new Map<string, number>();
  for (const { callCount, image } of crashImages(new Map(), calls)) {
    images += 1;
    const digest = digestOf(image);
    let content = found.get(digest);
    if (content === undefined) {
      try {
        await using disk = await openDisk(new MemoryFileSystem(image));
        content = shown(await contentOf(disk));
      } catch (error) {
        content = String(error);
      }
      found.set(digest, content);
    }
    const done = doneAt.filter((at) => at <= callCount).length;
    if (!allowed[done]?.has(content)) { const k = `${callCount} ${done} ${calls[callCount-1]?.type} ${content}`.slice(0,300); bad.set(k, (bad.get(k) ?? 0) + 1); }
  }
  console.info(calls.length, images, found.size, new Set(found.values()).size, performance.now() - t0);
  console.info([...bad].slice(0,20), bad.size);
  expect(bad.size).toBe(0);
});
