import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLog, temporaryDirectory } from "./temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let child: ChildProcessByStdio<null, Readable, null> | undefined;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await directory.remove();
});

/** Starts the process that appends; resolves with what it says, line by line. */
function start(): AsyncIterableIterator<string> {
  const program = fileURLToPath(new URL("./appending-process.ts", import.meta.url));
  child = spawn(process.execPath, [program, directory.path], { stdio: ["ignore", "pipe", "inherit"] });
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

test("S12 F18: a process that appends is killed again and again: all that it called durable is there", async () => {
  let known = 0;
  for (let round = 1; round <= 4; round += 1) {
    const lines = start();
    expect((await lines.next()).value).toBe(`term ${round}`);
    for (let count = 0; count < 40 * round; count += 1) {
      known = Number(String((await lines.next()).value).replace("durable ", ""));
    }
    const exit = once(child ?? process, "exit");
    child?.kill("SIGKILL");
    for await (const line of lines) known = Number(line.replace("durable ", ""));
    await exit;

    const storage = await openLog(directory.path, { segmentBytes: 20_000 });
    const { lastIndex, hardState, termRuns } = await storage.load();
    expect(lastIndex).toBeGreaterThanOrEqual(known);
    expect(hardState).toEqual({ term: round, votedFor: `pid ${child?.pid}` });
    expect(termRuns.length).toBe(round);
    const entries = await storage.read(1, lastIndex, Number.MAX_SAFE_INTEGER);
    expect(entries.map(({ data }) => Buffer.from(data).toString())).toEqual(
      entries.map(({ index }) => `value ${index}`),
    );
    expect(entries.length).toBe(lastIndex);
    await storage.close();
  }
});

test("S19: a directory that another process has open is refused by that process's number", async () => {
  const lines = start();
  await lines.next();
  await expect(openLog(directory.path)).rejects.toMatchObject({
    code: "LOCKED",
    message: expect.stringContaining(`process ${child?.pid}`),
  });
  const exit = once(child ?? process, "exit");
  child?.kill("SIGKILL");
  await exit;
  const storage = await openLog(directory.path);
  await storage.close();
});
