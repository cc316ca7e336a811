import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
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

  test("reads of any age fail the checks, and the run's directory is kept and can be checked again", async () => {
    await using run = Run.start(["--seconds", "5", "--seed", "1", "--kinds", "pause", "--reads", "stale", ...patient]);
    expect(await run.ended()).toBe(exitCodes.violated);
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
