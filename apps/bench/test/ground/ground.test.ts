import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test, vi } from "vitest";
import { Children } from "../../src/ground/children.ts";
import { Ground } from "../../src/ground/ground.ts";

const waiting = { timeout: 10_000, interval: 20 };

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("all children are ended, by force, and no more are started", async () => {
  const children = new Children();
  const { child, ended } = children.start("sh", ["-c", "trap '' TERM INT; sleep 600"], { stdio: "ignore" });
  const quick = children.start("true", [], { stdio: "ignore" });
  expect(await quick.ended).toEqual({ code: 0, signal: null });
  await children.endAll();
  expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
  expect(isThere(child.pid ?? 0)).toBe(false);
  expect(() => children.start("true", [], {})).toThrow("being ended");
});

test("children end with whoever started them, even if that is killed", async () => {
  const holder = spawn(process.execPath, [join(import.meta.dirname, "holder.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: holder.stdout }), "line")) as [string];
  const pids = JSON.parse(line) as number[];
  try {
    expect(pids).toHaveLength(2);
    // Until then nobody has asked the kernel for it.
    await vi.waitFor(() => expect(pids.map(nameOf)).toEqual(["sleep", "sleep"]), waiting);
    holder.kill("SIGKILL");
    await vi.waitFor(() => expect(pids.filter(isThere)).toEqual([]), waiting);
  } finally {
    for (const pid of pids.filter(isThere)) process.kill(pid, "SIGKILL");
  }
});

test("a ground leaves nothing behind; what waits on it is told that it is stopped", async () => {
  const ground = await Ground.open({ progress: () => undefined, warn: () => undefined });
  await writeFile(join(ground.directory, "file"), "x");
  const { ended } = ground.children.start("sleep", ["600"], { stdio: "ignore" });
  await ground.stop(new Error("enough"));
  expect(() => ground.signal.throwIfAborted()).toThrow("enough");
  expect(await ended).toMatchObject({ signal: "SIGKILL" });
  await ground.close();
  expect(existsSync(ground.directory)).toBe(false);
});

test("a directory that is not there is named, with the remedy", async () => {
  const opening = Ground.open({ within: "/none/such", progress: () => undefined, warn: () => undefined });
  await expect(opening).rejects.toThrow(/in \/none\/such: .*ENOENT.*remedy: --directory/);
});

test("a file system in memory is warned of", async () => {
  const warn = vi.fn<(text: string) => void>();
  await using _ground = await Ground.open({ within: "/dev/shm", progress: () => undefined, warn });
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("/dev/shm is a tmpfs"));
});
