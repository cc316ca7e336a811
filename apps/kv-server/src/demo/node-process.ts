import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { extname, join } from "node:path";
import { host } from "./layout.ts";
import type { NodePlace } from "./layout.ts";

const stopTimeoutMs = 10_000;
const complaintBytesMax = 4096;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last thing that it said on standard error. */
  readonly complaint: string;
}

/** One `quorate-server` process. It ends when this process does, however this one ends. */
export class NodeProcess {
  /** Resolves when clients are served, and when the process has ended. */
  readonly serving: Promise<void>;
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
    let complaint = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-complaintBytesMax);
    });
    this.ended = endingOf(child).then((how) => ({ ...how, complaint: complaint.trim().split("\n").at(-1) ?? "" }));
    this.serving = Promise.race([
      new Promise<void>((resolve) => child.once("message", () => resolve())),
      this.ended.then(() => undefined),
    ]);
  }

  /** Its log is appended to `server.log` in the node's directory. */
  static start(place: NodePlace, more: readonly string[]): NodeProcess {
    mkdirSync(place.directory, { recursive: true });
    const log = openSync(join(place.directory, "server.log"), "a");
    const main = join(import.meta.dirname, `../main${extname(import.meta.filename)}`);
    const flags = [
      ...["--id", place.id, "--data", place.directory],
      ...["--client-listen", `${host}:${place.clientPort}`, "--peer-listen", `${host}:${place.peerPort}`],
      "--dashboard-actions",
      "--exit-with-parent",
      ...more,
    ];
    const child = spawn(process.execPath, [main, ...flags], {
      stdio: ["ignore", log, "pipe", "ipc"],
    });
    closeSync(log);
    return new NodeProcess(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** In order first, by force if that takes too long. */
  async stop(): Promise<void> {
    // Not a signal: in a terminal Ctrl-C has reached the child already, and a second one would cut it short.
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), stopTimeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** Resolves when the process has ended and its standard error has been read. (Without IPC, `close` would say that.) */
async function endingOf(child: ChildProcess): Promise<Omit<Ending, "complaint">> {
  const read = child.stderr === null ? undefined : once(child.stderr, "close");
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  await read;
  return { code, signal };
}
