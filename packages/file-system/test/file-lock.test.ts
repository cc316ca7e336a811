import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { holderIn } from "../src/file-lock.ts";
import { nodeFileSystem as fs, lockHolder } from "../src/index.ts";
import { ownIdentity } from "../src/process-identity.ts";

let directory = "";
let path = "";
const children: ChildProcessByStdio<Writable, Readable, null>[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-lock-"));
  path = `${directory}/LOCK`;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

interface Contender {
  readonly pid: number;
  take(): Promise<string>;
  kill(): Promise<void>;
}

async function contender(): Promise<Contender> {
  const program = fileURLToPath(new URL("./lock-holder.ts", import.meta.url));
  const child = spawn(process.execPath, [program, path], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe("ready");
  return {
    pid: child.pid ?? 0,
    take: () => {
      child.stdin.write("take\n");
      return next();
    },
    kill: async () => {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}

const claim = (token: string, fields: Partial<ReturnType<typeof ownIdentity>> = {}): string => {
  const { pid, startTime, bootId, pidSpace } = { ...ownIdentity(), ...fields };
  return `\nclaim ${token} ${pid} ${startTime} ${bootId} ${pidSpace} \n`;
};

describe("the lock", () => {
  test("S19 F18: a second taker in the same process is told who holds it, until it is released", async () => {
    const first = await fs.lock(path);
    await expect(fs.lock(path)).rejects.toMatchObject({
      code: "LOCKED",
      message: expect.stringContaining(`process ${process.pid} (this one)`),
    });
    await first.release();
    await first.release();
    const second = await fs.lock(path);
    await first.release();
    await expect(fs.lock(path)).rejects.toMatchObject({ code: "LOCKED" });
    await second.release();
  });

  test("S19 F18: another process's lock is refused by its pid, and free once that process was killed", async () => {
    const other = await contender();
    expect(await lockHolder(path)).toBeUndefined();
    expect(await other.take()).toBe("held");
    await expect(fs.lock(path)).rejects.toMatchObject({
      code: "LOCKED",
      message: expect.stringContaining(`process ${other.pid}:`),
    });
    expect(await lockHolder(path)).toBe(other.pid);
    await other.kill();
    expect(await lockHolder(path)).toBeUndefined();
    const lock = await fs.lock(path);
    await lock.release();
  });

  test("F18: of many processes that take over a stale lock at the same time, exactly one wins", async () => {
    const contenders = await Promise.all([contender(), contender(), contender(), contender()]);
    for (let round = 0; round < 20; round += 1) {
      await writeFile(path, claim("stale", { startTime: "1" }));
      const outcomes = await Promise.all(contenders.map((each) => each.take()));
      expect(outcomes.toSorted()).toEqual(["LOCKED", "LOCKED", "LOCKED", "held"]);
    }
  });

  test("F18: a process number that was given out again, or is of an earlier boot, does not hold it", async () => {
    await writeFile(path, claim("reused", { startTime: "1" }));
    await (await fs.lock(path)).release();
    await writeFile(path, claim("rebooted", { bootId: "another-boot" }));
    await (await fs.lock(path)).release();
    await writeFile(path, claim("nobody", { pid: 2 ** 22 + 1 }));
    await (await fs.lock(path)).release();
  });

  test("F18: a holder that cannot be seen from here counts as alive", async () => {
    await writeFile(path, claim("elsewhere", { pid: 1, pidSpace: "pid:[1]" }));
    await expect(fs.lock(path)).rejects.toMatchObject({
      code: "LOCKED",
      message: expect.stringMatching(/process 1 of another container.* remove /),
    });
  });

  test("F18: torn and foreign lines are passed over", async () => {
    await writeFile(path, `\0\0garbage\n${claim("torn", {}).slice(0, -3)}`);
    const lock = await fs.lock(path);
    await appendFile(path, "\nend torn");
    await expect(fs.lock(path)).rejects.toMatchObject({ code: "LOCKED" });
    await lock.release();
  });

  test("the file does not grow for ever, and is replaced without the lock being lost", async () => {
    for (let round = 0; round < 300; round += 1) await (await fs.lock(path)).release();
    expect((await readFile(path)).length).toBeLessThan(20_000);
    expect(await fs.list(directory)).toEqual(["LOCK"]);
  });

  test("a directory that is not there is an error as it is", async () => {
    await expect(fs.lock(`${directory}/none/LOCK`)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("who holds it", () => {
  test("a claim made while somebody held it stays void after that one let go", () => {
    const text = `${claim("a")}${claim("b")}\nend a \n`;
    expect(holderIn(text)).toBeUndefined();
    expect(holderIn(`${text}${claim("c")}`)?.token).toBe("c");
  });

  test("of two that end a stale claim, the first one's claim counts", () => {
    expect(holderIn(`${claim("s")}\nend s \n${claim("a")}\nend s \n${claim("b")}`)?.token).toBe("a");
  });
});
