import type { statfs } from "node:fs/promises";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { probeData } from "../src/storage.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-storage-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const sized = (blocks: number, bavail: number): typeof statfs =>
  (() => Promise.resolve({ blocks, bavail, bsize: 4096 })) as never;

describe("the probe of the data directory", () => {
  test("passes where there is room, or where the file system does not know, and leaves nothing behind", async () => {
    await probeData(directory);
    await probeData(directory, sized(1000, 256));
    await probeData(directory, sized(0, 0));
    expect(await readdir(directory)).toEqual([]);
  });

  test("F15: fails before the disk is full to the last byte, and names directory and remedy", async () => {
    await expect(probeData(directory, sized(1000, 255))).rejects.toThrow(
      `there are only ${255 * 4096} bytes left for the data directory ${directory}; remedy: make room there`,
    );
  });
});
