import { nodeFileSystem } from "@quorate/file-system";
import type { FileSystem } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { openLog, temporaryDirectory } from "./temporary-directory.ts";

test("P40: opening makes the names of the log's directory, and of those above it, durable, made now or before", async () => {
  const directory = await temporaryDirectory();
  const synced: string[] = [];
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    syncDirectory: async (path) => {
      synced.push(path);
      await nodeFileSystem.syncDirectory(path);
    },
  };
  for (const attempt of ["the first", "the second"]) {
    synced.length = 0;
    await using log = await openLog(`${directory.path}/a/log`, { fileSystem });
    await log.load();
    expect(synced, attempt).toEqual(expect.arrayContaining([`${directory.path}/a`, directory.path]));
  }
  await directory.remove();
});
