import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./workspace.ts";

const execute = promisify(execFile);
const RUN_MS_MAX = 20_000;

/** What a program said and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A folder under node_modules/.cache, empty. */
export function scratchFolder(name: string): string {
  const folder = join(root, "node_modules/.cache", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a program to its end, or kills it when it takes too long. Resolves however it ends. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<Outcome> {
  try {
    const { stdout, stderr } = await execute(program, args, { cwd, timeout: RUN_MS_MAX, killSignal: "SIGKILL" });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error && "stderr" in error && "code" in error)) throw error;
    const code = typeof error.code === "number" ? error.code : 1;
    return { code, output: `${String(error.stdout)}${String(error.stderr)}${code === 1 ? error.message : ""}` };
  }
}

/** Runs the TypeScript compiler of this repository. */
export function compile(args: readonly string[], cwd: string): Promise<Outcome> {
  return run(join(root, "node_modules/.bin/tsc"), args, cwd);
}
