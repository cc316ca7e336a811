import { nodeFileSystem } from "@quorate/file-system";
import type { FileSystem } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { entriesOf, entryOf, openLog, temporaryDirectory } from "./temporary-directory.ts";

/** Reads of segments come back only when the test lets them, and are done by then: closing a file waits for none. */
class HeldReads {
  readonly #begun = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  #removals: (() => void)[] = [];
  isHolding = false;
  isFailing = false;

  readonly fileSystem: FileSystem = {
    ...nodeFileSystem,
    open: async (path, mode) => {
      const handle = await nodeFileSystem.open(path, mode);
      const read = handle.read.bind(handle);
      return Object.assign(handle, {
        read: async (target: Uint8Array, offset: number) => {
          if (this.isFailing) throw Object.assign(new Error("EIO: injected"), { code: "EIO" });
          const got = await read(target, offset);
          if (!this.isHolding) return got;
          this.#begun.resolve();
          await this.#released.promise;
          return got;
        },
      });
    },
    remove: async (path) => {
      await nodeFileSystem.remove(path);
      for (const told of this.#removals.splice(0)) told();
    },
  };

  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Resolves when the next file is gone. */
  removal(): Promise<void> {
    return new Promise((resolve) => this.#removals.push(resolve));
  }

  release(): void {
    this.isHolding = false;
    this.#released.resolve();
  }
}

/** Larger than what is read at once. */
const LARGE = "x".repeat(200_000);

test("S08: a read whose segment is compacted and deleted while it goes on finds nothing, and stops nobody", async () => {
  const directory = await temporaryDirectory();
  const held = new HeldReads();
  const storage = await openLog(directory.path, { fileSystem: held.fileSystem, segmentBytes: 1000 });
  const first = Array.from({ length: 20 }, (_, at) => entryOf(at + 1, 1, LARGE));
  await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: first });
  await storage.append({ entries: entriesOf(21, 25, 1) });
  held.isHolding = true;
  const reading = storage.read(1, 25, Number.MAX_SAFE_INTEGER);
  await held.begun;
  const removal = held.removal();
  await storage.compact({ index: 20, term: 1 });
  await removal;
  held.release();
  expect(await reading).toEqual([]);
  expect(await storage.read(21, 25, Number.MAX_SAFE_INTEGER)).toHaveLength(5);
  await storage.append({ entries: entriesOf(26, 26, 1) });
  await storage.close();
  await directory.remove();
});

test("S22: a read that fails where nothing was compacted says so", async () => {
  const directory = await temporaryDirectory();
  const held = new HeldReads();
  const storage = await openLog(directory.path, { fileSystem: held.fileSystem });
  await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: entriesOf(1, 5, 1) });
  held.isFailing = true;
  await expect(storage.read(1, 5, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  await storage.close();
  await directory.remove();
});
