import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { DiskCall } from "../plan/fault.ts";

/** libuv writes files at an offset, and sockets and pipes without one: these are the log's and the snapshots' alone. */
const systemCalls: Readonly<Record<DiskCall, string>> = {
  fdatasync: "fdatasync",
  fsync: "fsync",
  write: "pwrite64,pwritev,pwritev2",
};

const complaintBytesMax = 4096;
const detachTimeoutMs = 500;

export interface FailingCallsOptions {
  readonly pid: number;
  readonly call: DiskCall;
  /** Counted by each thread for itself, from now on. */
  readonly nth: number;
}

/** Has the kernel refuse calls of a running process with EIO, by way of strace. */
export class FailingCalls {
  /** Resolves with the first call that was refused; with undefined where strace has ended before one was. */
  readonly firstHit: Promise<string | undefined>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #hits = 0;
  #complaint = "";

  constructor({ pid, call, nth }: FailingCallsOptions) {
    const calls = systemCalls[call];
    const what = ["-e", `trace=${calls}`, "-e", `inject=${calls}:error=EIO:when=${nth}`, "-e", "signal=none"];
    this.#child = spawn("strace", ["-f", "-qq", ...what, "-p", String(pid)], {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    this.#ended = once(this.#child, "close").catch((error: unknown) => {
      this.#complaint = error instanceof Error ? error.message : String(error);
    });
    const hit = Promise.withResolvers<string | undefined>();
    let rest = "";
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.includes("(INJECTED)")) hit.resolve(line.trim());
      this.#hits += lines.filter((line) => line.includes("(INJECTED)")).length;
      this.#complaint = (this.#complaint + lines.join("\n")).slice(-complaintBytesMax);
    });
    void this.#ended.then(() => hit.resolve(undefined));
    this.firstHit = hit.promise;
  }

  /** How many calls were refused. */
  get hits(): number {
    return this.#hits;
  }

  /** What strace has said last. */
  get complaint(): string {
    return this.#complaint.trim().split("\n").at(-1) ?? "";
  }

  /** Lets go of the process, which goes on as before. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    // Where the process ends in that moment, strace may wait for it for ever; the kernel lets go of it all the same.
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), detachTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }
}
