import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./workspace.ts";

const execute = promisify(execFile);
/** What an example may take. */
const RUN_MS_MAX = 20_000;
/** The compiler is no example: what it takes depends on the machine and on what else it does. */
const COMPILE_MS_MAX = 150_000;

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
export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  timeout: number = RUN_MS_MAX,
): Promise<Outcome> {
  try {
    const { stdout, stderr } = await execute(program, args, { cwd, timeout, killSignal: "SIGKILL" });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error && "stderr" in error && "code" in error)) throw error;
    const code = typeof error.code === "number" ? error.code : 1;
    const wasKilled = "killed" in error && error.killed === true;
    const why = wasKilled ? `killed after ${timeout} ms` : code === 1 ? error.message : "";
    return { code, output: `${String(error.stdout)}${String(error.stderr)}${why}` };
  }
}

/** Runs the TypeScript compiler of this repository. */
export function compile(args: readonly string[], cwd: string): Promise<Outcome> {
  return run(join(root, "node_modules/.bin/tsc"), args, cwd, COMPILE_MS_MAX);
}
