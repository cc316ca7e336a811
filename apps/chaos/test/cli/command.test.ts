import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodes, runCommandLine } from "../../src/cli/command.ts";
import { soundRun } from "../check/sound-run.ts";
import type { StoredRun } from "../check/sound-run.ts";
import { obstacleToRuns } from "../namespaces.ts";
import { Run } from "../run/run-process.ts";

const obstacle = await obstacleToRuns();

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-chaos-cli-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function stored(name: string, { record, history }: StoredRun): Promise<string> {
  const place = join(directory, name);
  await mkdir(place);
  await writeFile(join(place, "record.json"), JSON.stringify(record));
  await writeFile(join(place, "history.jsonl"), history.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return place;
}

async function commandLine(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = "";
  const print = (text: string): void => void (said += `${text}\n`);
  const code = await runCommandLine(args, { print, complain: print, onStop: () => undefined });
  return { code, said };
}

describe("--check", () => {
  test("passes a stored run in which everything held, with a table", async () => {
    const { code, said } = await commandLine("--check", await stored("sound", soundRun()));
    expect(code).toBe(exitCodes.held);
    expect(said).toMatch(/linearizable +held +80 operations, 40 of them reads/);
    expect(said).toMatch(/ok +80\n/);
    expect(said).toMatch(/kill +1 planned +1 installed/);
    expect(said).toContain("Verdict: everything held");
  });

  test("fails one with a planted stale read, and says which", async () => {
    const { record, history } = soundRun();
    const planted = history.map((line, i) => (i === 21 ? { ...line, output: "v7" } : line));
    const place = await stored("stale", { record, history: planted });
    const { code, said } = await commandLine("--check", place);
    expect(code).toBe(exitCodes.violated);
    expect(said).toMatch(/linearizable +FAILED +Key "b" is not linearizable/);
    expect(said).toContain("Verdict: VIOLATED");
    const json = await commandLine("--check", place, "--json");
    expect(JSON.parse(json.said)).toMatchObject({ verdict: "violated", operations: { ok: 80, failed: 0, unknown: 0 } });
  });

  test("does not pass one whose logs nobody has verified, and says so", async () => {
    const { record, history } = soundRun();
    const place = await stored("unverified", { record: { ...record, logs: undefined }, history });
    const { code, said } = await commandLine("--check", place);
    expect(code).toBe(exitCodes.violated);
    expect(said).toMatch(/logs +NOT CHECKED +apps\/wal/);
    expect(said).toContain("Verdict: NOT COVERED");
    const json = await commandLine("--check", place, "--json");
    const findings: unknown = expect.arrayContaining([expect.objectContaining({ check: "logs", isUnchecked: true })]);
    expect(JSON.parse(json.said)).toMatchObject({ verdict: "uncovered", findings });
  });

  test("refuses a run that another version has left", async () => {
    const { record, history } = soundRun();
    const place = await stored("old", { record: { ...record, version: 1 as never }, history });
    const { code, said } = await commandLine("--check", place);
    expect(code).toBe(exitCodes.notRun);
    expect(said).toMatch(/record\.json is of version 1, not 2: check it with/);
  });

  test("refuses a directory that holds no run", async () => {
    const { code, said } = await commandLine("--check", join(directory, "nothing"));
    expect(code).toBe(exitCodes.notRun);
    expect(said).toMatch(/nothing holds no run that came to its end/);
  });
});

/** A PATH on which everything is but one tool. */
async function pathWithout(tool: string): Promise<string> {
  const place = join(directory, `without-${tool}`);
  await mkdir(place);
  for (const folder of ["/usr/bin", "/usr/sbin", "/bin", "/sbin"].filter((each) => existsSync(each))) {
    for (const name of await readdir(folder)) {
      const link = join(place, name);
      if (name !== tool && !existsSync(link)) await symlink(join(folder, name), link).catch(() => undefined);
    }
  }
  return place;
}

describe("--plan", () => {
  test.skipIf(obstacle !== undefined)("refuses a file that is not there or no plan, in a line", async () => {
    const nothing = await commandLine("--plan", join(directory, "nothing.json"));
    expect(nothing.code).toBe(exitCodes.notRun);
    expect(nothing.said).toMatch(
      /nothing\.json cannot be read as a plan: there is no such file; name the plan\.json [^\n]+\n$/,
    );
    await writeFile(join(directory, "other.json"), "{");
    expect((await commandLine("--plan", join(directory, "other.json"))).said).toMatch(
      /other\.json cannot be read as a plan: .*JSON/,
    );
    await writeFile(join(directory, "other.json"), "{}");
    expect((await commandLine("--plan", join(directory, "other.json"))).said).toMatch(
      /other\.json is no plan: version/,
    );
  });
});

describe("what cannot be had on a machine", () => {
  test.skipIf(obstacle !== undefined)("is named when it is asked for, and nothing is run", async () => {
    for (const [tool, kind] of [
      ["strace", "fsync"],
      ["nft", "oneway"],
    ] as const) {
      const path = await pathWithout(tool);
      await using run = Run.start(["--seconds", "5", "--kinds", `kill,${kind}`], { PATH: path });
      expect(await run.ended()).toBe(exitCodes.notRun);
      expect(run.stderr).toMatch(new RegExp(`^chaos: cannot be had here: ${kind}: .*${tool}`));
    }
  });

  test("is said of all of it where there are no namespaces", async () => {
    await using run = Run.start(["--seconds", "5"], { PATH: directory });
    expect(await run.ended()).toBe(exitCodes.notRun);
    expect(run.stderr).toMatch(/^chaos: (?:namespaces .* cannot be made here|network namespaces need Linux)/);
  });
});
