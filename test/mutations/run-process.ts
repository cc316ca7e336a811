import { spawn } from "node:child_process";

export interface Run {
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends the run as soon as its output matches. */
  readonly until?: RegExp;
}

export interface Ran {
  /** Undefined where the process was ended from here. */
  readonly code: number | undefined;
  readonly output: string;
  readonly isTimedOut: boolean;
}

/** Runs this program's Node, and ends it with all that it has started: a fault may be a loop without an end. */
export function runNode({ args, folder, environment, timeoutMs, until }: Run): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      detached: true,
      env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=1024", NO_COLOR: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let isTimedOut = false;
    let isEnded = false;
    const end = (): void => {
      isEnded = true;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      // Its process group.
      process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(() => {
      isTimedOut = true;
      end();
    }, timeoutMs);
    // Before the folder that it works in is removed.
    process.prependOnceListener("exit", end);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (until?.test(output)) end();
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      process.removeListener("exit", end);
      resolve({ code: isEnded ? undefined : (code ?? 1), output, isTimedOut });
    });
  });
}
