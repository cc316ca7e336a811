import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkStruck } from "../../src/check/check-nodes.ts";
import type { Finding, StruckProcess } from "../../src/check/record.ts";
import { probeCapabilities } from "../../src/world/capabilities.ts";
import { enclosed } from "../../src/world/enclosure.ts";
import { soundRun } from "../check/sound-run.ts";
import { obstacleToRuns } from "../namespaces.ts";

const obstacle = await obstacleToRuns();
const isMissing = (await probeCapabilities()).leftOut.some(({ kind }) => kind === "fsync");

interface Outcome {
  readonly installed: number;
  readonly struck: readonly StruckProcess[];
  readonly finding: Finding;
}

describe.skipIf(obstacle !== undefined || isMissing)("F14 F15: a server whose calls fail", { timeout: 60_000 }, () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "quorate-struck-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** What comes of a faked server, one of whose calls for that file fails, and that does this about it. */
  async function outcomeOf(call: string, file: string, onError: string): Promise<Outcome> {
    const [command, ...args] = enclosed();
    const probe = [...args, process.execPath, join(import.meta.dirname, "struck-probe.ts")];
    const place = await mkdtemp(join(directory, "run-"));
    const { stdout } = await promisify(execFile)(command, [...probe, place, call, file, onError], { timeout: 50_000 });
    const { struck, installed } = JSON.parse(stdout) as Outcome;
    return { installed, struck, finding: checkStruck({ ...soundRun().record, struck }) };
  }

  test.each([
    ["fdatasync", "fdatasync"],
    ["write", "pwrite"],
  ] as const)("is found out if it goes on with its log although a %s has failed", async (call, name) => {
    const { installed, struck, finding } = await outcomeOf(call, "log/1.log", "goes on");
    expect(installed).toBe(1);
    const calls = expect.arrayContaining([{ call: expect.stringContaining(name) as string, file: "log/1.log" }]) as [];
    expect(struck).toMatchObject([{ node: "n1", mustEnd: true, calls }]);
    expect(struck[0]?.end).toBeUndefined();
    expect(finding).toMatchObject({ holds: false, words: expect.stringMatching(/^n1 .*went on.* of log\/1\.log$/) });
  });

  test("is found out if it ends with another exit code", async () => {
    const { finding } = await outcomeOf("fdatasync", "log/1.log", "1");
    expect(finding).toMatchObject({ holds: false, words: expect.stringContaining("ended with exit code 1") });
  });

  test("passes if it ends for it", async () => {
    const { struck, finding } = await outcomeOf("fdatasync", "log/1.log", "70");
    expect(struck).toMatchObject([{ mustEnd: true, end: { by: "itself", code: 70 } }]);
    expect(finding).toMatchObject({ holds: true, words: expect.stringContaining("logs of 1 processes: 1 ended") });
  });

  test("is not judged if it was killed first", async () => {
    const { struck, finding } = await outcomeOf("fdatasync", "log/1.log", "is killed");
    expect(struck).toMatchObject([{ mustEnd: true, end: { by: "run", signal: "SIGKILL" } }]);
    expect(finding.holds).toBe(true);
  });

  test("may go on if it was a snapshot's", async () => {
    const { struck, finding } = await outcomeOf("fdatasync", "snapshots/1.part", "goes on");
    expect(struck).toMatchObject([{ mustEnd: false }]);
    expect(struck[0]?.calls).toContainEqual({ call: "fdatasync", file: "snapshots/1.part" });
    expect(finding.holds).toBe(true);
  });
});
