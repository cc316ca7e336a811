import type { FileHandle } from "@quorate/raft-core";
import { MemoryFileSystem } from "@quorate/testing";
import { expect, test } from "vitest";
import { entriesOf, entryOf, openLog } from "./temporary-directory.ts";

/** A disk whose syncs end only when the test lets them. */
class Holding extends MemoryFileSystem {
  isHolding = false;
  #held: (() => void)[] = [];
  #begun: (() => void)[] = [];

  override async open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle> {
    const handle = await super.open(path, mode);
    const sync = async (): Promise<void> => {
      if (this.isHolding) {
        await new Promise<void>((resolve) => {
          this.#held.push(resolve);
          for (const told of this.#begun.splice(0)) told();
        });
      }
      await handle.sync();
    };
    return { ...handle, sync };
  }

  /** Resolves when the next sync has begun. */
  syncing(): Promise<void> {
    return new Promise((resolve) => this.#begun.push(resolve));
  }

  letGo(): void {
    for (const resolve of this.#held.splice(0)) resolve();
  }
}

test("F24: while a sync hangs reads are answered, nothing is acknowledged, and what waits goes out as one, in order", async () => {
  const fileSystem = new Holding();
  const storage = await openLog("log", { fileSystem });
  await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: entriesOf(1, 3, 1) });
  fileSystem.isHolding = true;
  const acknowledged: number[] = [];
  const append = (index: number): Promise<unknown> =>
    storage.append({ entries: [entryOf(index, 1)] }).then(() => acknowledged.push(index));
  const syncing = fileSystem.syncing();
  const appends = [append(4)];
  await syncing;
  for (let index = 5; index <= 500; index += 1) appends.push(append(index));
  const writes = fileSystem.calls.filter(({ type }) => type === "write").length;
  expect((await storage.read(1, 500, 1_000_000)).map(({ index }) => index)).toEqual([1, 2, 3]);
  expect((await storage.load()).lastIndex).toBe(3);
  expect(acknowledged).toEqual([]);
  fileSystem.isHolding = false;
  fileSystem.letGo();
  await Promise.all(appends);
  expect(acknowledged).toEqual(Array.from({ length: 497 }, (_, at) => at + 4));
  expect(fileSystem.calls.filter(({ type }) => type === "write").length - writes).toBeLessThanOrEqual(2);
  await storage.close();
});
