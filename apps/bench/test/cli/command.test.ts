import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/command.ts";
import type { FailoverReport } from "../../src/failover/report.ts";
import type { ServersReport } from "../../src/servers/report.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-bench-test-"));
});
afterEach(async () => {
  const left = await readdir(directory);
  await rm(directory, { recursive: true });
  // Nothing is left of a run, whatever came of it.
  expect(left).toEqual([]);
});

interface Ended {
  readonly code: number;
  readonly printed: readonly string[];
  readonly complaints: readonly string[];
}

async function run(args: readonly string[], onPrint?: (text: string, stop: () => void) => void): Promise<Ended> {
  const [printed, complaints]: [string[], string[]] = [[], []];
  let stop = (): void => undefined;
  const code = await runCommandLine([...args, "--directory", directory], {
    print: (text) => {
      printed.push(text);
      onPrint?.(text, stop);
    },
    complain: (text) => void complaints.push(text),
    onStop: (given) => {
      stop = given;
    },
  });
  return { code, printed, complaints };
}

const few = ["--clients", "8", "--connections", "2", "--keys", "20", "--warm-up", "10"];
const small = [...few, "--total", "200"];

describe("a real run", () => {
  test(
    "counts what the server counts: a log's entry for each put, and each with others in a sync",
    { timeout: 60_000 },
    async () => {
      const { code, printed, complaints } = await run([...small, "--nodes", "1", "--json"]);
      expect([code, complaints, printed.length]).toEqual([0, [], 1]);
      const report = JSON.parse(printed[0] ?? "") as ServersReport;
      expect(report).toMatchObject({ benchmark: "servers", system: "quorate", errors: 0, load: { connections: 2 } });
      const [turn] = report.turns;
      expect(turn).toMatchObject({
        operations: 200,
        errors: 0,
        errorCodes: {},
        leader: "n1",
        latencyMs: { count: 200 },
      });
      expect(turn?.distribution.reduce((sum, { count }) => sum + count, 0)).toBe(200);
      const [node, load] = turn?.processes ?? [];
      expect([node?.id, node?.entries, load?.id]).toEqual(["n1", 200, "load"]);
      // Eight callers have eight puts under way at most, and none is acknowledged before it is durable.
      expect(node?.syncs).toBeGreaterThanOrEqual(200 / 8);
      expect(node?.syncs).toBeLessThanOrEqual(200);
      expect((turn?.opsPerSecond ?? 0) * (turn?.seconds ?? 0)).toBeCloseTo(200);
      expect(report.opsPerSecond).toBe(turn?.opsPerSecond);
    },
  );

  test("of both puts and gets writes the puts alone; people are shown it", { timeout: 60_000 }, async () => {
    const { code, printed } = await run([...small, "--nodes", "1", "--scenario", "mixed"]);
    expect(code).toBe(0);
    expect(printed.at(-1)).toMatch(/mixed: 200 operations of 8 callers on 1 nodes, 2 connections/);
    expect(printed.at(-1)).toMatch(/n1 \(leader\).* 100 +\d+ +\d/);
  });

  test("that is stopped ends everything and reports nothing", { timeout: 60_000 }, async () => {
    const { code, printed, complaints } = await run([...small, "--total", "5000000"], (_, stop) => stop());
    expect([code, complaints]).toEqual([130, ["interrupted: nothing is reported"]]);
    expect(printed).toHaveLength(1);
  });

  test("kills the leader, and finds the next", { timeout: 90_000 }, async () => {
    const { code, printed, complaints } = await run([...few, "--failover", "1", "--json"]);
    expect([code, complaints]).toEqual([0, []]);
    const report = JSON.parse(printed[0] ?? "") as FailoverReport;
    expect(report.outagesMs).toHaveLength(1);
    expect(report.outagesMs[0]).toBeGreaterThan(0);
    // What was under way when the leader was killed was not acknowledged, or had been just before.
    expect(report.writes).toBeGreaterThan(report.errors);
  });
});

test.each([
  [["--vs", "floor", "--scenario", "get"], "only puts"],
  [["--core", "--vs", "etcd"], "not for core: that goes without --vs"],
  [["--quick"], "--growth"],
  [["--failover", "1", "--nodes", "2"], "--nodes 3 or more"],
  [["--vs", "hashicorp"], "not for servers: that goes with --vs etcd or floor"],
  [["--value-size", "2000000"], "--value-size"],
])("%j cannot be had, in one line", async (args, reason) => {
  const { code, complaints } = await run(args);
  expect([code, complaints]).toEqual([2, [expect.stringContaining(reason)]]);
});
