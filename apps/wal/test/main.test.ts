import { execFile } from "node:child_process";
import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFileSystem } from "@quorate/file-system";
import { Entry, encodeMembership, membershipOf } from "@quorate/raft-core";
import { FileStorage } from "@quorate/storage-file";
import { afterEach, beforeEach, expect, test } from "vitest";

const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-wal-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

interface Ended {
  readonly exitCode: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...commandLine: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...commandLine], (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

test("as a process: on a log that is being written, on one that is damaged, and on none", async () => {
  const log = join(directory, "log");
  const identity = { clusterId: "c1", nodeId: "n1" };
  const storage = await FileStorage.open({ directory: log, fileSystem: nodeFileSystem, identity, segmentBytes: 200 });
  const genesis = new Entry(1, 0, "membership", encodeMembership(membershipOf([{ id: "n1", address: "one:1" }])));
  const commands = [2, 3, 4].map((index) => new Entry(index, 1, "command", Buffer.from(`value ${index}`)));
  const entries = [genesis, ...commands];
  for (const entry of entries) await storage.append({ hardState: { term: 1, votedFor: "n1" }, entries: [entry] });
  expect(await run("verify", directory)).toEqual({
    exitCode: 0,
    stdout: "healthy: every byte was read and is what was written\n",
    stderr: "",
  });
  const inspected = await run("inspect", directory, "--json");
  expect(JSON.parse(inspected.stdout)).toMatchObject({ log: { state: { lastIndex: 4 } } });
  const [first = ""] = (await nodeFileSystem.list(log)).filter((name) => name.endsWith(".log"));
  await truncate(join(log, first), 150);
  const running = await run("verify", directory);
  expect(running).toMatchObject({ exitCode: 2, stderr: "" });
  expect(running.stdout).toContain(`(process ${process.pid})`);
  await storage.close();
  const damaged = await run("verify", directory);
  expect(damaged).toMatchObject({ exitCode: 1, stderr: "" });
  expect(damaged.stdout).toContain(`${first} at offset`);
  const nothing = await run("verify", join(directory, "nothing"));
  expect(nothing).toMatchObject({ exitCode: 2, stdout: "" });
  expect(nothing.stderr).toMatch(/^quorate-wal: cannot read the directory .*ENOENT.*\n$/);
});
