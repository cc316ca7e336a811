import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const main = join(import.meta.dirname, "../../src/main.ts");
const waitMsMax = 60_000;

/** `npm run chaos` without npm, with all that it has said. Killed at the end of its scope if it has not ended by itself. */
export class Run implements AsyncDisposable {
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#closed = once(child, "close");
  }

  static start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
    const env = { ...process.env, ...environment };
    return new Run(spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** Where it keeps what it leaves, as it said. */
  get directory(): string {
    return /(?:everything is written to|Kept:) (\S+)/.exec(this.stdout)?.[1] ?? "";
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async until(what: string, isThere: () => boolean): Promise<void> {
    const endMs = performance.now() + waitMsMax;
    while (!isThere()) {
      if (this.#child.exitCode !== null) throw new Error(`it ended before ${what}: ${this.stdout}${this.stderr}`);
      if (performance.now() > endMs) throw new Error(`waited in vain for ${what}: ${this.stdout}`);
      await pause(20);
    }
  }

  /** Resolves with the exit code, or the signal's name, once everything that it wrote has been read. */
  async ended(): Promise<number | string | null> {
    await this.#closed;
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#closed;
  }
}

/** Processes whose command line names the directory. */
export function processesOf(directory: string): readonly string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return words.includes(directory) ? [`${pid} ${words}`] : [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

/** What this process sees of mounts and of devices of the network: what a run has left, others can see. */
export function traces(): readonly string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const devices = readFileSync("/proc/self/net/dev", "utf8").split("\n");
  const names = devices.map((line) => line.split(":")[0]?.trim() ?? "");
  return [
    ...mounts.filter((line) => /quorate|netns/.test(line)),
    ...names.filter((name) => /^(?:hub|n\d)$/.test(name)),
  ];
}

export async function untilGone(directory: string): Promise<void> {
  const endMs = performance.now() + waitMsMax;
  for (let left = processesOf(directory); left.length > 0; left = processesOf(directory)) {
    if (performance.now() > endMs) throw new Error(`still running: ${left.join("; ")}`);
    await pause(20);
  }
}
