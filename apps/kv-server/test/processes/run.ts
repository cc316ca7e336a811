import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const server: string = join(import.meta.dirname, "../../src/main.ts");
export const demo: string = join(import.meta.dirname, "../../src/demo/main.ts");
export const scripts: string = join(import.meta.dirname, "../../../../scripts");

/** A process of a test, with all that it has said. Killed at the end of its scope if it has not ended by itself. */
export class Run implements AsyncDisposable {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #closed: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#closed = once(child, "close");
  }

  /** Runs a module under this Node, without any of the environment's settings for servers. */
  static start(module: string, args: readonly string[]): Run {
    return Run.command(process.execPath, [module, ...args]);
  }

  static command(command: string, args: readonly string[]): Run {
    const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("QUORATE_"));
    return new Run(spawn(command, args, { env: Object.fromEntries(environment), stdio: ["ignore", "pipe", "pipe"] }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves with the exit code, or the signal's name, once everything that it wrote has been read. */
  async ended(): Promise<number | string | null> {
    await this.#closed;
    return this.child.exitCode ?? this.child.signalCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#closed;
  }
}

/** Whether there is such a process; one that has ended and that nobody has asked after yet is none. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // ESRCH is the only reason where all processes are our own.
  }
}
