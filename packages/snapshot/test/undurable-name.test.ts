import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { type FileSystem, membershipOf } from "@quorate/raft-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileSnapshotStore } from "../src/index.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-snapshot-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("P40 a name that an earlier life may have left in the cache is made durable before it is believed", async () => {
  const head = { index: 7, term: 1, membership: membershipOf([{ id: "n1", address: "" }]) };
  const first = await FileSnapshotStore.open({ directory, fileSystem: nodeFileSystem });
  await first.save(head, [Uint8Array.of(1, 2, 3)]);
  await first.close();

  const calls: string[] = [];
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    syncDirectory: (path) => {
      calls.push(`sync ${path}`);
      return nodeFileSystem.syncDirectory(path);
    },
    open: (path, mode) => {
      calls.push("open");
      return nodeFileSystem.open(path, mode);
    },
  };
  const second = await FileSnapshotStore.open({ directory, fileSystem });
  expect((await second.latest())?.index).toBe(7);
  expect(calls).toContain("open");
  expect(calls.slice(0, calls.indexOf("open"))).toContain(`sync ${directory}`);
  await second.close();
});
