import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { probeCapabilities } from "../../src/world/capabilities.ts";
import { enclosed } from "../../src/world/enclosure.ts";
import { obstacleToRuns } from "../namespaces.ts";

const obstacle = await obstacleToRuns();
const missing = (await probeCapabilities()).leftOut.map(({ kind }) => kind);

describe.skipIf(obstacle !== undefined || missing.length > 0)("what faults do in an enclosure", () => {
  let directory: string;
  let facts: Record<string, unknown>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "quorate-world-"));
    const [command, ...args] = enclosed();
    const probe = [...args, process.execPath, join(import.meta.dirname, "probe.ts"), directory];
    const { stdout } = await promisify(execFile)(command, probe, { timeout: 60_000 });
    facts = JSON.parse(stdout) as Record<string, unknown>;
  }, 60_000);
  afterAll(() => rm(directory, { recursive: true }));

  test("a link carries what is said there and back", () => {
    expect(facts["plain"]).toMatchObject({ type: "back" });
  });

  test("a direction that is cut lets nothing pass, the other one does, and mending it as often does", () => {
    expect(facts["cut there"]).toMatchObject({ got: 0 });
    const { got, back } = facts["cut back"] as { readonly got: number; readonly back: number };
    expect(back).toBe(0);
    expect(got).toBeGreaterThan(0);
  });

  test("a slow link takes its time in both directions", () => {
    const { tookMs } = facts["slow"] as { readonly tookMs: number };
    expect(tookMs).toBeGreaterThanOrEqual(300);
  });

  test("a half-open connection stays open and silent, until it breaks", () => {
    expect(facts["half-open"]).toEqual({ back: 0, closed: 0 });
    expect(facts["broken"]).toMatchObject({ type: "closed" });
  });

  test("a small disk takes nothing more when it is full, and takes it again when there is room", () => {
    expect(facts).toMatchObject({ roomy: "written", filled: true, freed: "written" });
    expect(facts["full"]).toMatch(/ENOSPC/);
  });

  test("calls of a running process fail with EIO, and it goes on afterwards", () => {
    const path = join(directory, "synced");
    expect(facts["sync fails"]).toMatchObject({ hit: { call: "fdatasync", path } });
    expect(facts["write fails"]).toMatchObject({ hit: { call: expect.stringMatching(/^pwrite/), path } });
    expect(facts["sync fails"]).toMatchObject({ failed: { code: "EIO", syscall: "fdatasync" } });
    expect(facts["write fails"]).toMatchObject({ failed: { code: "EIO", syscall: "write" } });
    expect(facts["afterwards"]).toMatchObject({ type: "synced" });
  });

  test("syncs of a running process take longer", () => {
    const { tookMs } = facts["sync is slow"] as { readonly tookMs: number };
    expect(tookMs).toBeGreaterThanOrEqual(250);
  });
});
