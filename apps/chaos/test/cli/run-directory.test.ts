import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RunDirectory, leftoverInWords, leftovers } from "../../src/cli/run-directory.ts";
import { obstacleToRuns } from "../namespaces.ts";
import { Run } from "../run/run-process.ts";

const obstacle = await obstacleToRuns();

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "quorate-runs-")));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The directory of a run whose runner was ended by kill -9. */
async function killed(): Promise<string> {
  const runner = fork(join(import.meta.dirname, "runner.ts"));
  const [path] = (await once(runner, "message")) as [string];
  expect(await leftovers()).toEqual([]);
  runner.kill("SIGKILL");
  await once(runner, "exit");
  return path;
}

describe("what runs have left", () => {
  test("is told of a runner that was killed, and nothing of it is removed", async () => {
    const path = await killed();
    const [left, ...others] = await leftovers();
    expect({ left, others }).toMatchObject({ left: { path, hasRecord: false }, others: [] });
    expect(left && leftoverInWords(left)).toMatch(/^left by a run of \S+ .* judged: \S+ \(look at it, or remove it\)$/);
    await writeFile(join(path, "record.json"), "{}");
    const [judgeable] = await leftovers();
    expect(judgeable && leftoverInWords(judgeable)).toContain(`--check ${path} judges it`);
    expect(existsSync(path)).toBe(true);
  });

  test("is not told of runs that go on, that were kept, that were removed, and of what is no run's", async () => {
    const [running, kept, removed] = [
      await RunDirectory.create(),
      await RunDirectory.create(),
      await RunDirectory.create(),
    ];
    await kept.keep();
    await removed.remove();
    await mkdir(join(folder, "quorate-chaos-of-old"));
    await writeFile(join(folder, "quorate-chaos-file"), "");
    expect(await leftovers()).toEqual([]);
    expect([running, kept, removed].map(({ path }) => existsSync(path))).toEqual([true, true, false]);
    await running.remove();
  });

  test.skipIf(obstacle !== undefined)("is said at the next start, in a report's place on standard error", async () => {
    const path = await killed();
    await using run = Run.start(["--seconds", "5", "--kinds", "pause"]);
    await run.until("its directory", () => run.directory !== "");
    expect(run.stdout).toContain(path);
    run.signal("SIGINT");
    await run.ended();
    expect(existsSync(path)).toBe(true);
    await using quiet = Run.start(["--seconds", "5", "--kinds", "pause", "--json"]);
    await quiet.until("what was left", () => quiet.stderr.includes(path));
    quiet.signal("SIGINT");
    await quiet.ended();
    expect(quiet.stdout).toBe("");
  });
});
