import { nodeFileSystem } from "@quorate/file-system";
import type { FileSystem } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { closedLog, outcomeOf } from "./damaged-log.ts";
import { readImage, writeImage } from "./recording-file-system.ts";
import { openLog, temporaryDirectory } from "./temporary-directory.ts";
import { temporaryLog } from "./temporary-log.ts";

const path = temporaryLog();

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

describe("what else may be in the directory", () => {
  test("F19: foreign names are left alone, an empty first segment is begun anew", async () => {
    const foreign = new Map([
      ["notes.txt", Buffer.from("mine")],
      ["1-1.log", Buffer.from("mine too")],
    ]);
    expect(await outcomeOf(path(), foreign)).toContain('"lastIndex":0');
    const after = await readImage(path());
    for (const [name, bytes] of foreign) expect(Buffer.from(after.get(name) ?? "")).toEqual(bytes);
    const [first = ""] = [...after.keys()].filter((name) => !foreign.has(name));
    expect(await outcomeOf(path(), [[first, new Uint8Array()]])).toContain('"lastIndex":0');
  });

  test("S20 F19: another node's or cluster's log is refused by both names", async () => {
    await closedLog(path());
    const refusal = /node n1 of cluster c1, not of node n2 of cluster c9/;
    await expect(openLog(path(), { nodeId: "n2", clusterId: "c9" })).rejects.toMatchObject({
      code: "WRONG_CLUSTER",
      message: expect.stringMatching(refusal),
    });
  });

  test("S21 F20: another format version is refused, and the file is not touched", async () => {
    const { name, bytes } = await closedLog(path());
    const newer = Buffer.from(bytes);
    newer.writeUInt32LE(2, 8);
    await writeImage(path(), new Map([[name, newer]]));
    await expect(openLog(path())).rejects.toMatchObject({ message: expect.stringMatching(/format version 2, which/) });
    expect(await readImage(path())).toEqual(new Map([[name, new Uint8Array(newer)]]));
  });
});
