import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../../src/cli/command.ts";
import type { Report } from "../../src/report/report.ts";
import { probeCapabilities } from "../../src/world/capabilities.ts";
import { kinds } from "../../src/plan/fault.ts";
import { obstacleToRuns } from "../namespaces.ts";
import { Run, processesOf, traces, untilGone } from "./run-process.ts";

/** Others may have left something. */
const before = traces();
const obstacle = await obstacleToRuns();

/** Of a schedule whose faults come early enough to find a leader on a machine that is busy as well. */
const seed = "5de3";

/** Other tests run at the same time, on machines that are small: what is late there is not lost. */
const patient = ["--recovery", "60"];

/** What a server's log says where it has no TLS. */
const plainText = "nodes speak in plain text";

function logsIn(directory: string): Promise<readonly string[]> {
  const files = ["n1", "n2", "n3"].map((id) => join(directory, "nodes", id, "server.log"));
  return Promise.all(files.map((file) => readFile(file, "utf8")));
}

describe.skipIf(obstacle !== undefined)("three servers under faults", { timeout: 180_000 }, () => {
  test("all kinds that can be had, for 15 s: nothing acknowledged is lost, nothing stale is read, nothing is left behind", async () => {
    const { leftOut } = await probeCapabilities();
    await using run = Run.start(["--seconds", "15", "--seed", seed, "--json", "--keep", ...patient]);
    const code = await run.ended();
    const report = JSON.parse(run.stdout) as Report & { readonly directory: string };
    const failed = report.findings.filter(({ holds }) => !holds);
    expect(failed, `kept in ${report.directory}`).toEqual([]);
    expect(code).toBe(exitCodes.held);
    expect(Object.keys(report.faults).toSorted()).toEqual(
      kinds.filter((kind) => !leftOut.some((each) => each.kind === kind)).toSorted(),
    );
    expect(report.operations.ok).toBeGreaterThan(100);
    expect(processesOf(report.directory)).toEqual([]);
    expect(traces()).toEqual(before);
    await rm(report.directory, { recursive: true });
  });

  test("two faults that trace the only process come one after the other, and what held is removed, and says so", async () => {
    const seed = "1df8fae1d15bfa23";
    const choices = ["--nodes", "1", "--seconds", "5", "--seed", seed, "--kinds", "slowdisk,fsync"];
    await using run = Run.start([...choices, ...patient]);
    const code = await run.ended();
    const { leftOut } = await probeCapabilities();
    if (leftOut.some(({ kind }) => kind === "fsync")) return expect(code).toBe(exitCodes.notRun);
    expect(run.stdout).not.toContain("strace: ");
    expect(run.stdout).toMatch(/slowdisk +1 planned +1 installed/);
    expect(run.stdout).toMatch(/fsync +1 planned +1 installed/);
    expect(run.stdout).toContain(`Removed: ${run.directory} (--keep`);
    expect(existsSync(run.directory)).toBe(false);
    return expect(code).toBe(exitCodes.held);
  });

  test("mutual TLS and a secret keep what they must, and nobody speaks in plain text", async () => {
    const choices = ["--seconds", "5", "--seed", "2", "--kinds", "kill,lossy", "--secure", "--keep"];
    await using run = Run.start([...choices, ...patient]);
    expect(await run.ended(), run.stdout).toBe(exitCodes.held);
    expect(run.stdout).toContain("between the nodes: mutual TLS and a secret");
    const logs = await logsIn(run.directory);
    expect(logs.filter((log) => log.includes('"msg":"connected"'))).toHaveLength(3);
    expect(logs.filter((log) => log.includes(plainText))).toEqual([]);
    await rm(run.directory, { recursive: true });
  });

  test("reads of any age fail the checks, and the run's directory is kept and can be checked again", async () => {
    await using run = Run.start([
      "--seconds",
      "5",
      "--seed",
      "1",
      "--kinds",
      "pause",
      "--reads",
      "stale",
      "--no-secure",
      ...patient,
    ]);
    expect(await run.ended()).toBe(exitCodes.violated);
    expect((await logsIn(run.directory)).filter((log) => log.includes(plainText))).toHaveLength(3);
    expect(run.stdout).toMatch(/linearizable +FAILED +Key "e0-k\d+" is not linearizable/);
    expect(run.stdout).toMatch(/revisions +FAILED/);
    expect(run.stdout).toContain(`npm run chaos -- --plan ${run.directory}/plan.json --reads stale`);
    await using again = Run.start(["--check", run.directory, "--json"]);
    expect(await again.ended()).toBe(exitCodes.violated);
    const { findings } = JSON.parse(again.stdout) as Report;
    expect(findings.filter(({ holds }) => !holds).map(({ check }) => check)).toEqual(["linearizable", "revisions"]);
    await rm(run.directory, { recursive: true });
  });

  test.each([
    ["Ctrl-C", "SIGINT", exitCodes.interrupted],
    ["its own sudden end", "SIGKILL", "SIGKILL"],
  ] as const)("%s in the midst of it leaves nothing running and nothing mounted", async (_, signal, code) => {
    await using run = Run.start(["--seconds", "60", "--seed", "1"]);
    await run.until("the first faults", () => /installed|SIGSTOP|kill -9|cut off/.test(run.stdout));
    expect(processesOf(run.directory).length).toBeGreaterThan(0);
    run.signal(signal);
    expect(await run.ended()).toBe(code);
    await untilGone(run.directory);
    expect(traces()).toEqual(before);
    expect(existsSync(run.directory)).toBe(signal === "SIGKILL");
    await rm(run.directory, { recursive: true, force: true });
  });

  test("a crash of what runs them leaves nothing running either, and is no run", async () => {
    await using run = Run.start(["--seconds", "60", "--seed", "1"]);
    await run.until("the first faults", () => /SIGSTOP|kill -9|cut off/.test(run.stdout));
    const [inner] = processesOf(run.directory).filter((words) => /^\d+ \S*node \S*enclosed\.ts/.test(words));
    process.kill(Number(inner?.split(" ")[0]), "SIGKILL");
    expect(await run.ended()).toBe(exitCodes.notRun);
    expect(run.stderr).toMatch(/the run ended with .* before its end; see /);
    await untilGone(run.directory);
    expect(traces()).toEqual(before);
    await rm(run.directory, { recursive: true });
  });
});
