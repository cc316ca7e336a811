import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Lab, vitestFileOf } from "../src/index.ts";
import { forgottenVote, playScript } from "../src/scripts/index.ts";
import { ledByN1 } from "./support/labs.ts";

/** Inside the package: there its own name and `vitest` can be imported, as wherever both are installed. */
const packageFolder = join(import.meta.dirname, "..");
const execute = promisify(execFile);

/** Runs test files in a process of their own; resolves with what Vitest says. */
async function run(folder: string): Promise<{ readonly code: number; readonly output: string }> {
  const vitest = join(packageFolder, "node_modules/vitest/vitest.mjs");
  const { VITEST: _vitest, ...env } = process.env;
  const options = { cwd: packageFolder, env: { ...env, NO_COLOR: "1" } };
  try {
    const { stdout } = await execute(process.execPath, [vitest, "run", "--root", folder, "--dir", folder], options);
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

test(
  "an exported session is a test file that runs, and fails where something else comes of it",
  { timeout: 120_000 },
  async () => {
    const lab = await Lab.open({ nodes: 3, options: forgottenVote.options });
    await playScript(lab, forgottenVote);
    const session = lab.session();
    const calm = (await ledByN1()).session();
    const folder = join(packageFolder, "node_modules/.cache/exported");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "violation.test.ts"), vitestFileOf(session, { invariant: "one-vote" }));
    await writeFile(join(folder, "calm.test.ts"), vitestFileOf(calm, { name: 'it is "calm"' }));
    const passed = await run(folder);
    expect(passed.output).toMatch(/Tests\s+2 passed/);
    expect(passed.code).toBe(0);
    await rm(join(folder, "calm.test.ts"));
    await writeFile(join(folder, "violation.test.ts"), vitestFileOf(session));
    const failed = await run(folder);
    expect(failed.output).toContain("expected 'one-vote' to be undefined");
    expect(failed.code).toBe(1);
  },
);
