import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../tidy/workspace.ts";

const program = join(root, "test/mutations/main.ts");

async function copiesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("quorate-mutate-"));
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends it while tests run, and nothing of the copy is left",
  { timeout: 60_000 },
  async (signal) => {
    const TMPDIR = await mkdtemp(join(tmpdir(), "quorate-interrupted-"));
    const child = spawn(process.execPath, [program, "--only", "quorum.ts"], {
      cwd: root,
      env: { ...process.env, TMPDIR, VITEST: undefined },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    let output = "";
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes("without a fault")) resolve();
      });
      child.on("exit", resolve);
    });
    expect(output).toContain("without a fault");
    expect(await copiesIn(TMPDIR)).toHaveLength(1);
    child.kill(signal);
    const [code] = await exited;
    expect(code).toBe({ SIGTERM: 143, SIGINT: 130 }[signal]);
    expect(await copiesIn(TMPDIR)).toEqual([]);
    await rm(TMPDIR, { recursive: true });
  },
);
