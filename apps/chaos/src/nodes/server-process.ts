import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { endingOf } from "../world/ending.ts";
import type { Ending } from "../world/ending.ts";

/** What users run, from this workspace. */
export const serverModule: string = join(import.meta.dirname, "../../../kv-server/src/main.ts");

const pageBytes = 4096;

export interface ServerProcessOptions {
  /** The command line that runs it in its network. */
  readonly within: readonly [command: string, ...args: string[]];
  readonly flags: readonly string[];
  /** Where `server.log` and `stderr.log` are continued. */
  readonly directory: string;
  /** Where Node keeps compiled modules, so that a start takes half the time. */
  readonly compileCache: string;
}

/** The environment without settings of whoever runs this that a server would take for its own. */
export function environmentFor(compileCache: string): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("QUORATE_"));
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: compileCache };
}

/** One `quorate-server` process, from its start to its end. */
export class ServerProcess {
  /** Resolves when it serves, and when it has ended. */
  readonly serving: Promise<void>;
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;

  constructor({ within: [command, ...args], flags, directory, compileCache }: ServerProcessOptions) {
    const [log, complaints] = ["server.log", "stderr.log"].map((name) => openSync(join(directory, name), "a"));
    this.#child = spawn(command, [...args, process.execPath, serverModule, ...flags], {
      stdio: ["ignore", log, complaints, "ipc"],
      env: environmentFor(compileCache),
      // A Ctrl-C in the terminal is for whoever runs this, not for the server.
      detached: true,
    });
    for (const descriptor of [log, complaints]) if (descriptor !== undefined) closeSync(descriptor);
    this.ended = endingOf(this.#child);
    this.serving = Promise.race([
      new Promise<void>((resolve) => this.#child.once("message", () => resolve())),
      this.ended.then(() => undefined),
    ]);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it got it: one that has ended does not. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#child.kill(signal);
  }

  /** Undefined once it has ended. */
  async resources(): Promise<Resources | undefined> {
    try {
      const [fields, descriptors] = await Promise.all([
        readFile(`/proc/${this.pid}/statm`, "utf8"),
        readdir(`/proc/${this.pid}/fd`),
      ]);
      return { rssBytes: Number(fields.split(" ")[1]) * pageBytes, descriptors: descriptors.length };
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOENT" || code === "ESRCH") return undefined;
      throw error;
    }
  }
}

export interface Resources {
  readonly rssBytes: number;
  readonly descriptors: number;
}
